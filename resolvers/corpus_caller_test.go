package resolvers_test

import (
	"encoding/json"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/value"
)

// corpusAuthorization is what a configuration says of permissions.
type corpusAuthorization struct {
	Policies   map[string]string `json:"policies"`
	Directives struct {
		Disabled           bool   `json:"disabled"`
		RejectUnauthorized bool   `json:"reject_unauthorized"`
		DryRun             bool   `json:"dry_run"`
		Response           string `json:"response"`
	} `json:"directives"`
}

func (a corpusAuthorization) settings() graph.Authorization {
	d := a.Directives
	response := map[string]graph.DeniedResponse{
		"": graph.DeniedInErrors, "extensions": graph.DeniedInExtensions, "disabled": graph.DeniedNowhere,
	}
	return graph.Authorization{Off: d.Disabled, RejectUnauthorized: d.RejectUnauthorized, DryRun: d.DryRun, Response: response[d.Response]}
}

// readCaller reads who asks.
func readCaller(data []byte) (*caller.Caller, error) {
	var given struct {
		Subject string          `json:"subject"`
		Scopes  []string        `json:"scopes"`
		Claims  json.RawMessage `json:"claims"`
	}
	if err := json.Unmarshal(data, &given); err != nil {
		return nil, err
	}
	who := caller.Identity{Method: caller.JWT, Issuer: "https://id.test", Subject: given.Subject, Scopes: given.Scopes}
	if given.Claims != nil {
		var err error
		if who.Claims, err = value.Parse(given.Claims); err != nil {
			return nil, err
		}
	}
	return caller.New(who), nil
}
