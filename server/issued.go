package server

import (
	"context"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity"
	"github.com/weftgraph/weft/server/identity/apikey"
	"github.com/weftgraph/weft/server/quota"
)

// codeUsage is the code of what is wrong with the file of usage.
const codeUsage = "WEFT_USAGE"

// issued are the API keys with what counts their use. Both outlive generations: a reload keeps what it leaves as it was. The zero issued has
// none.
type issued struct {
	settings apikey.Settings
	keys     *apikey.Keys
	ledger   *quota.Ledger
}

// issued returns the API keys by some settings: the parts that are there now, as far as their settings are as now.
func (g *Gateway) issued(c *config.Config) (next issued, diags diag.List) {
	old := g.issuedNow()
	next.settings = c.APIKeys
	if next.settings.IsZero() || next.settings == old.settings {
		if next.settings == old.settings {
			next = old
		}
		return next, nil
	}
	if next.keys, diags = apikey.Open(apikey.Params{Settings: next.settings, Now: time.Now, Log: g.log}); diags.HasErrors() {
		return issued{}, diags
	}
	if usage := next.settings.Usage(); old.ledger != nil && usage == old.settings.Usage() {
		next.ledger = old.ledger
	} else if ledger, err := quota.Open(quota.Params{File: usage, Now: g.clock, Log: g.log}); err != nil {
		diags.Errorf(codeUsage, diag.Span{File: usage}, "what API keys use cannot be counted: %v (authentication.api_keys.usage_file)", err)
		next.keys.Close()
		return issued{}, diags
	} else {
		next.ledger = ledger
	}
	return next, diags
}

// issuedNow are those that are served by.
func (g *Gateway) issuedNow() issued {
	if now := g.current.Load(); now != nil {
		return now.issued
	}
	return issued{}
}

// closeUnlessIn lets go of what others do not have. What it counted is on the disk then.
func (i issued) closeUnlessIn(other issued, log *zap.Logger) {
	if i.keys != nil && i.keys != other.keys {
		i.keys.Close()
	}
	if i.ledger != nil && i.ledger != other.ledger {
		if err := i.ledger.Close(); err != nil {
			log.Error("what API keys have used is not written", zap.Error(err))
		}
	}
}

// exceptKeys asks another identifier about requests, without the bearer tokens that are API keys: an issuer that is asked about tokens would
// be told them.
type exceptKeys struct {
	keys *apikey.Keys
	next identity.Identifier
}

var _ identity.Challenger = exceptKeys{}

// Identify implements identity.Identifier.
func (e exceptKeys) Identify(ctx context.Context, c identity.Credentials) (*caller.Caller, error) {
	if e.keys.TakesBearer(c.Header) {
		c.Header = withoutAuthorization(c.Header)
	}
	return e.next.Identify(ctx, c)
}

// Challenge implements identity.Challenger.
func (e exceptKeys) Challenge() string {
	if asks, ok := e.next.(identity.Challenger); ok {
		return asks.Challenge()
	}
	return ""
}

func withoutAuthorization(header http.Header) http.Header {
	rest := make(http.Header, len(header))
	for name, values := range header {
		if name != "Authorization" {
			rest[name] = values
		}
	}
	return rest
}
