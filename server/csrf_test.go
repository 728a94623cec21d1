package server

import (
	"net/http"
	"testing"

	"github.com/weftgraph/weft/server/config"
)

func TestOnlyRequestsThatFormsCannotMakeArePreflighted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		header http.Header
		want   bool
	}{
		{"nothing", http.Header{}, false},
		{"json", http.Header{"Content-Type": {"application/json"}}, true},
		{"json with a charset", http.Header{"Content-Type": {"application/json; charset=utf-8"}}, true},
		{"a form", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, false},
		{"a form with a parameter", http.Header{"Content-Type": {"Application/X-WWW-Form-URLencoded; a=b"}}, false},
		{"files", http.Header{"Content-Type": {"multipart/form-data; boundary=x"}}, false},
		{"text", http.Header{"Content-Type": {"text/plain; application/json"}}, false},
		{"an empty type", http.Header{"Content-Type": {""}}, false},
		{"no type", http.Header{"Content-Type": {"json"}}, false},
		{"two types", http.Header{"Content-Type": {"application/json", "text/plain"}}, false},
		{"a list of types", http.Header{"Content-Type": {"application/json, text/plain"}}, false},
		{"a broken type", http.Header{"Content-Type": {"application/;"}}, false},
		{"a form with a header", http.Header{"Content-Type": {"multipart/form-data; boundary=x"}, "Graphql-Require-Preflight": {"1"}}, true},
		{"a name of an operation", http.Header{"X-Apollo-Operation-Name": {"Page"}}, true},
		{"an empty header", http.Header{"Apollo-Require-Preflight": {""}}, false},
	} {
		if got := newCSRF(config.CSRF{}, nil).isPreflighted(&http.Request{Method: http.MethodPost, Header: tt.header}); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
