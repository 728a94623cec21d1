package grpc

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/mapping"
)

// Options change how sources work. The zero Options are for production.
type Options struct {
	// Dial makes the connections, given "host:port", instead of the operating system.
	Dial func(ctx context.Context, address string) (net.Conn, error)
	// Lookup finds the addresses of a name in the network "ip", "ip4" or "ip6", instead of the operating system. Without it, Dial is given names
	// as they are written.
	Lookup func(ctx context.Context, network, name string) ([]netip.Addr, error)
	// LookEvery is the time between two lookups of names that are used, and ConnectTimeout that for making a connection; 0 means the defaults.
	LookEvery, ConnectTimeout time.Duration
	// TLS is the configuration for grpcs addresses; nil means what the settings say.
	TLS  *tls.Config
	Mode response.Mode
}

var errNoGRPC = errors.New("the source has no gRPC settings")

// Open makes a source for the settings, which must be of Kind GRPC, and loads its contract: from files, or by asking the server.
// Otherwise it makes no connection yet. What is wrong with a file is a *datasources.ContractError. An address that cannot be
// used, perhaps because a variable is not set, is reported by every request and not here: it concerns this source alone.
func Open(ctx context.Context, s datasources.Settings) (datasources.Source, error) {
	return Opener(Options{})(ctx, s)
}

var _ datasources.Open = Open

// Opener returns Open with options.
func Opener(o Options) datasources.Open {
	return func(ctx context.Context, settings datasources.Settings) (datasources.Source, error) {
		if settings.Kind != datasources.GRPC || settings.GRPC == nil {
			return nil, errNoGRPC
		}
		s, err := newSource(settings, o)
		if err != nil {
			return nil, err
		}
		if s.contract, err = loadContract(ctx, s); err != nil {
			return nil, errors.Join(err, s.Close())
		}
		if wrong := s.contract.checkDetails(settings.GRPC.ErrorDetails); len(wrong) > 0 {
			return nil, errors.Join(&datasources.ContractError{Diagnostics: wrong}, s.Close())
		}
		return s, nil
	}
}

// source is one gRPC back end. Everything but the state of its connection is immutable.
type source struct {
	settings   datasources.Settings
	address    datasources.GRPCAddress
	addressErr error
	// connection is nil if the address cannot be used.
	connection *connection
	contract   *contract
	// variables are `$config` and `$env`.
	variables *response.Variables
	mode      response.Mode
}

var _ datasources.Source = (*source)(nil)

func newSource(settings datasources.Settings, o Options) (*source, error) {
	s := &source{settings: settings, mode: o.Mode, variables: response.NewVariables(settings, datasources.Connector{})}
	var env mapping.Env
	s.variables.BindSource(&env)
	if s.address, s.addressErr = sourceAddress(settings, &env); s.addressErr != nil {
		return s, nil //nolint:nilerr // every request reports it
	}
	var err error
	s.connection, err = newConnection(s.address, settings, o)
	return s, err
}

// Close implements datasources.Source.
func (s *source) Close() error {
	if s.connection == nil {
		return nil
	}
	return s.connection.conn.Close()
}
