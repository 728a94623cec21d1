package resolvers_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/resolvers"
)

// corpusConfig is config.json: what a configuration says of sources, and the environment.
type corpusConfig struct {
	All     sourceConfig            `json:"all"`
	Sources map[string]sourceConfig `json:"sources"`
	Env     map[string]string       `json:"env"`
	// RequestTimeout bounds the whole request.
	RequestTimeout string `json:"request_timeout"`
	// Draw is the number in [0, 1) that labels of @override are decided by.
	Draw float64 `json:"draw"`
	// Authorization is the section of that name.
	Authorization corpusAuthorization `json:"authorization"`
	// TakesParts tells that the client takes an answer in parts.
	TakesParts bool `json:"takes_parts"`
}

type sourceConfig struct {
	OverrideURL   string          `json:"override_url"`
	Config        json.RawMessage `json:"$config"`
	MaxRequests   int             `json:"max_requests_per_operation"`
	Timeout       string          `json:"timeout"`
	MaxReplyBytes int64           `json:"max_reply_bytes"`
	MaxConcurrent int             `json:"max_concurrent"`
	ErrorDetails  []string        `json:"grpc_error_details"`
}

func (s sourceConfig) read(t *testing.T) resolvers.SourceConfig {
	t.Helper()
	out := resolvers.SourceConfig{
		OverrideURL: s.OverrideURL, MaxRequests: s.MaxRequests, MaxReplyBytes: s.MaxReplyBytes, MaxConcurrent: s.MaxConcurrent,
	}
	if s.ErrorDetails != nil {
		out.ErrorDetails = []datasources.DetailType{}
	}
	for _, name := range s.ErrorDetails {
		out.ErrorDetails = append(out.ErrorDetails, datasources.DetailType{Name: name})
	}
	if s.Timeout != "" {
		out.Timeout = duration(t, s.Timeout)
	}
	if s.Config != nil {
		var err error
		if out.Config, err = value.Parse(s.Config); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
