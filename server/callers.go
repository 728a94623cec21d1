package server

import (
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity"
)

// callers is what finds out who asks. What it has learned of credentials (the keys of issuers, the keys that were given out) is no part
// of a generation: it is kept when a reload leaves its settings as they were.
type callers struct{}

// callers returns what finds out who asks by some settings: the parts that do it now, as far as their settings are as now.
func (g *Gateway) callers(*config.Config) callers {
	return callers{}
}

// identifier asks all kinds of credentials. It is nil if all callers are anonymous and may be.
//
// The order decides who the caller is of those who show several: tokens tell of a person, keys and certificates of a program.
func (s *served) identifier(settings *config.Config) identity.Identifier {
	chain := identity.Chain{Required: settings.RequireAuthentication}
	if s.issued.keys != nil {
		for i, tokens := range chain.Identifiers {
			chain.Identifiers[i] = exceptKeys{s.issued.keys, tokens}
		}
		chain.Identifiers = append(chain.Identifiers, s.issued.keys)
	}
	if len(chain.Identifiers) == 0 && !chain.Required {
		return nil
	}
	return chain
}
