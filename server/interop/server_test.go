package interop_test

import (
	"net"
	"net/url"
	"os"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/pstest"
	"go.etcd.io/etcd/server/v3/embed"
	"google.golang.org/grpc"
	"google.golang.org/grpc/reflection"
)

// servers start servers that others wrote, by the names of the folders with their cases, until the test ends. They return the
// address.
var servers = map[string]func(t *testing.T) string{
	"bank":   startBank,
	"test":   startTestServer,
	"pubsub": startPubSub,
	"etcd":   startEtcd,
}

// startBank starts the bank that the authors of grpcurl demonstrate it with.
func startBank(t *testing.T) string {
	t.Helper()
	_, address := start(t, `listening on (\S+)`, nil, "bankdemo", "-port", "0", "-datafile", t.TempDir()+"/accounts.json")
	return address
}

// startTestServer starts the server of grpcurl's own tests: the service of gRPC's interoperability tests, whose metadata and status
// are what the metadata of the request asks for.
func startTestServer(t *testing.T) string {
	t.Helper()
	_, address := start(t, `Listening on (\S+)`, nil, "testserver", "-q")
	return address
}

// startPubSub starts Google's Pub/Sub in memory.
func startPubSub(t *testing.T) string {
	t.Helper()
	s := pstest.NewServerWithCallback(0, func(s *grpc.Server) { reflection.Register(s) })
	t.Cleanup(func() { _ = s.Close() })
	return s.Addr
}

// startEtcd starts a database of one member.
func startEtcd(t *testing.T) string {
	t.Helper()
	config := embed.NewConfig()
	config.Dir, config.LogLevel, config.LogOutputs = t.TempDir(), "error", []string{os.DevNull}
	config.UnsafeNoFsync = true
	client, peer := freeAddress(t), freeAddress(t)
	config.ListenClientUrls, config.AdvertiseClientUrls = []url.URL{client}, []url.URL{client}
	config.ListenPeerUrls, config.AdvertisePeerUrls = []url.URL{peer}, []url.URL{peer}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	config.ServiceRegister = func(s *grpc.Server) { reflection.Register(s) }
	e, err := embed.StartEtcd(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	select {
	case <-e.Server.ReadyNotify():
	case <-time.After(patience):
		t.Fatal("etcd does not become ready")
	}
	return client.Host
}

// freeAddress is an address that nobody listens on at this moment.
func freeAddress(t *testing.T) url.URL {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return url.URL{Scheme: "http", Host: l.Addr().String()}
}
