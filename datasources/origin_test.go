package datasources

import (
	"testing"

	"github.com/weftgraph/weft/graph/mapping"
)

func TestOriginNeverTellsASecret(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ address, want string }{
		{"http://localhost:4001", "http://localhost:4001"},
		{"https://api.example.org/v1?key=secret#secret", "https://api.example.org"},
		{"https://user:secret@api.example.org:8443/v1", "https://api.example.org:8443"},
		{"https://api.example.org?key={$config.key}", "https://api.example.org"},
		{"https://api.example.org/{$env.SECRET}", "https://api.example.org"},
		{"https://{$env.HOST}/v1", ""},
		{"https://{$env.USER}@api.example.org/v1", ""},
		{"https://api.{$config.region}.example.org", ""},
		{"https://api.example.org:{$env.PORT}", ""},
		{"https://user{$env.SECRET}", ""},
		{"{$env.ADDRESS}", ""},
		{"grpc://localhost:4002", "grpc://localhost:4002"},
		{"grpcs://user:secret@host:1", "grpcs://host:1"},
		{"grpcs://a,b:2", "grpcs://a:443,b:2"},
		{"grpc://a,user:secret@b", ""},
		{"grpc://a,{$config.b}", ""},
		{"dns:///a:1", "grpc://a:1"},
		{"http://[::1]:80/x", "http://[::1]:80"},
		{"http://se cret@", ""},
		{"localhost:4001", ""},
		{"", ""},
	} {
		template, err := mapping.ParseTemplate(tt.address, mapping.V04)
		if err != nil {
			t.Fatalf("%s: %v", tt.address, err)
		}
		for kind, s := range map[string]Settings{
			"HTTP":     {Kind: HTTP, HTTP: &HTTPSource{BaseURL: template}},
			"gRPC":     {Kind: GRPC, GRPC: &GRPCSource{Address: template}},
			"SOAP":     {Kind: SOAP, SOAP: &SOAPSource{Address: template}},
			"override": {Kind: SOAP, SOAP: &SOAPSource{}, OverrideURL: template},
		} {
			if got := s.Origin(); got != tt.want {
				t.Errorf("%s of %s: %q, want %q", kind, tt.address, got, tt.want)
			}
		}
	}
	for _, s := range []Settings{{}, {Kind: HTTP, HTTP: &HTTPSource{}}, {Kind: SOAP, SOAP: &SOAPSource{}}} {
		if got := s.Origin(); got != "" {
			t.Errorf("%s: %q", s.Kind, got)
		}
	}
}
