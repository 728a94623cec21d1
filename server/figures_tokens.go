package server

import (
	"sync/atomic"

	"github.com/weftgraph/weft/graph/model"
	"github.com/weftgraph/weft/resolvers/system"
	"github.com/weftgraph/weft/server/identity/oidc"
)

// tokenFigures tell the console what has become of tokens, and nothing of the tokens themselves or of whose they are.
type tokenFigures struct{ current *atomic.Pointer[served] }

var _ system.Tokens = tokenFigures{}

// TokenIssuers implements system.Tokens.
func (f tokenFigures) TokenIssuers() []*model.TokenIssuer {
	known := f.figures()
	described := make([]*model.TokenIssuer, 0, len(known.Issuers)+len(known.Endpoints))
	for i := range known.Issuers {
		issuer := describeIssuer(&known.Issuers[i], model.TokenCheckSignature)
		issuer.Keys = &known.Issuers[i].Keys
		described = append(described, issuer)
	}
	for i := range known.Endpoints {
		described = append(described, describeIssuer(&known.Endpoints[i], model.TokenCheckIntrospection))
	}
	return described
}

// StrayTokens implements system.Tokens.
func (f tokenFigures) StrayTokens() []*model.RefusedTokens {
	return describeOutcomes(f.figures().Others)
}

func (f tokenFigures) figures() oidc.Figures {
	if tokens := f.current.Load().callers.tokens; tokens != nil {
		return tokens.Figures()
	}
	return oidc.Figures{}
}

func describeIssuer(f *oidc.Figure, check model.TokenCheck) *model.TokenIssuer {
	described := &model.TokenIssuer{
		Name: f.Name, Check: check, State: model.TokenIssuerStateOk, Accepted: f.Outcomes[oidc.Taken], Refused: describeOutcomes(f.Outcomes),
		Calls: f.Calls, Failures: f.Failures, AnsweredAt: unlessZero(f.Loaded),
	}
	switch {
	case f.Failure != "":
		described.State = model.TokenIssuerStateFailing
		described.LastFailure = &model.TokenIssuerFailure{At: f.Failed, Problem: f.Failure}
	case f.Loaded.IsZero():
		described.State = model.TokenIssuerStateUnused
	}
	return described
}

// describeOutcomes describes those that are refusals.
func describeOutcomes(counts map[oidc.Outcome]int64) []*model.RefusedTokens {
	described := []*model.RefusedTokens{}
	for o := range oidc.Outcomes {
		if n := counts[o]; o != oidc.Taken && n > 0 {
			described = append(described, &model.RefusedTokens{Reason: refusalOf(o), Count: n})
		}
	}
	return described
}

func refusalOf(o oidc.Outcome) model.TokenRefusal {
	switch o {
	case oidc.Expired:
		return model.TokenRefusalExpired
	case oidc.Early:
		return model.TokenRefusalNotValidYet
	case oidc.Foreign:
		return model.TokenRefusalOtherAudience
	case oidc.Bound:
		return model.TokenRefusalOtherClient
	case oidc.Several:
		return model.TokenRefusalSeveral
	case oidc.Unchecked:
		return model.TokenRefusalNotChecked
	default:
		return model.TokenRefusalInvalid
	}
}
