package server

import (
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity"
	"github.com/weftgraph/weft/server/identity/certificate"
	"github.com/weftgraph/weft/server/identity/oidc"
)

// callers is what finds out who asks. What it has learned of credentials (the keys of issuers, the keys that were given out) is no part
// of a generation: it is kept when a reload leaves its settings as they were.
type callers struct {
	// tokens knows bearer tokens; nil if none are taken.
	tokens *oidc.Tokens
	// certificates knows client certificates; nil if none are asked for.
	certificates *certificate.Identifier
}

// callers returns what finds out who asks by some settings: the parts that do it now, as far as their settings are as now.
func (g *Gateway) callers(c *config.Config) (callers, error) {
	var before callers
	var settings config.Config
	if now := g.current.Load(); now != nil {
		before, settings = now.callers, *now.definition.Config
	}
	var next callers
	switch {
	case c.Tokens.IsZero():
	case before.tokens != nil && c.Tokens.Equal(&settings.Tokens):
		next.tokens = before.tokens
	default:
		var err error
		if next.tokens, err = oidc.New(&c.Tokens, g.tasks, before.tokens); err != nil {
			return callers{}, err
		}
	}
	if c.AsksForCertificates() {
		// It has learned nothing that would be worth keeping.
		var err error
		if next.certificates, err = certificate.New(c.ClientCertificates, time.Now); err != nil {
			return callers{}, err
		}
	}
	return next, nil
}

// start begins what goes on beside requests. It is called once the callers are what is served by; the log gets what goes wrong.
func (c callers) start(log *zap.Logger) {
	if c.tokens != nil {
		c.tokens.Start(log)
	}
}

// close lets go of what the next callers do not have. Requests that are being answered may go on with it.
func (c callers) close(next callers) {
	if c.tokens != nil && c.tokens != next.tokens {
		c.tokens.Close(next.tokens)
	}
}

// identifier asks all kinds of credentials. It is nil if all callers are anonymous and may be.
//
// The order decides who the caller is of those who show several: tokens tell of a person, keys and certificates of a program.
func (s *served) identifier(settings *config.Config) identity.Identifier {
	chain := identity.Chain{Required: settings.RequireAuthentication}
	if s.callers.tokens != nil {
		chain.Identifiers = append(chain.Identifiers, s.callers.tokens)
	}
	if s.issued.keys != nil {
		for i, tokens := range chain.Identifiers {
			chain.Identifiers[i] = exceptKeys{s.issued.keys, tokens}
		}
		chain.Identifiers = append(chain.Identifiers, s.issued.keys)
	}
	if s.callers.certificates != nil {
		chain.Identifiers = append(chain.Identifiers, s.callers.certificates)
	}
	if len(chain.Identifiers) == 0 && !chain.Required {
		return nil
	}
	return chain
}
