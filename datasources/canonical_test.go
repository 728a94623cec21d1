package datasources

import (
	"reflect"
	"testing"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

func parse(t *testing.T, text string, mode mapping.Mode) *mapping.Mapping {
	t.Helper()
	m, err := mapping.Parse(text, mode)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func template(t *testing.T, text string, mode mapping.Mode) *mapping.Template {
	t.Helper()
	tpl, err := mapping.ParseTemplate(text, mode)
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

func TestEveryFieldIsInTheCanonicalText(t *testing.T) {
	t.Parallel()
	m := parse(t, "a", mapping.V04)
	u := template(t, "http://h", mapping.V04)
	withHTTP := func(h HTTPSource) Settings { return Settings{HTTP: &h} }
	withGRPC := func(g GRPCSource) Settings { return Settings{GRPC: &g} }
	withSOAP := func(p SOAPSource) Settings { return Settings{SOAP: &p} }
	different := []Settings{
		{},
		{Kind: GRPC},
		{Name: "shop.api"},
		withHTTP(HTTPSource{}),
		withHTTP(HTTPSource{BaseURL: u}),
		withHTTP(HTTPSource{BaseURL: template(t, "{$('h')}", mapping.V03)}),
		withHTTP(HTTPSource{BaseURL: template(t, "{$('h')}", mapping.V04)}),
		withHTTP(HTTPSource{Headers: []Header{{Name: "a", From: "b"}}}),
		withHTTP(HTTPSource{Headers: []Header{{Name: "a", Value: u}}}),
		withHTTP(HTTPSource{Headers: []Header{{Name: "a\"\nfrom=\"b"}}}),
		withHTTP(HTTPSource{Path: m}),
		withHTTP(HTTPSource{QueryParams: m}),
		withGRPC(GRPCSource{}),
		withGRPC(GRPCSource{Address: u}),
		withGRPC(GRPCSource{Proto: []string{"a.proto", "b.proto"}}),
		withGRPC(GRPCSource{Proto: []string{"a.proto"}, ImportPaths: []string{"b.proto"}}),
		withGRPC(GRPCSource{Proto: []string{"a.proto", "b.proto"}, Files: Folder("x")}),
		withGRPC(GRPCSource{DescriptorSet: "a.proto"}),
		withGRPC(GRPCSource{DescriptorSet: "a.proto", StripEnumPrefixes: true}),
		withGRPC(GRPCSource{Metadata: []Header{{Name: "a", From: "b"}}}),
		withGRPC(GRPCSource{ErrorDetails: []DetailType{{Name: "a"}}}),
		withGRPC(GRPCSource{ErrorDetails: []DetailType{{Name: "a"}, {Name: "b"}}}),
		withSOAP(SOAPSource{}),
		withSOAP(SOAPSource{WSDL: "a.wsdl"}),
		withSOAP(SOAPSource{WSDL: "a.wsdl", Files: Folder("x")}),
		withSOAP(SOAPSource{Service: "a"}),
		withSOAP(SOAPSource{Port: "a"}),
		withSOAP(SOAPSource{Address: u}),
		withSOAP(SOAPSource{HTTPHeaders: []Header{{Name: "a", From: "b"}}}),
		withSOAP(SOAPSource{Headers: m}),
		withSOAP(SOAPSource{Security: &SOAPSecurity{}}),
		withSOAP(SOAPSource{Security: &SOAPSecurity{Username: u}}),
		withSOAP(SOAPSource{Security: &SOAPSecurity{Password: u}}),
		withSOAP(SOAPSource{Security: &SOAPSecurity{Digest: true}}),
		withSOAP(SOAPSource{Security: &SOAPSecurity{Timestamp: 1}}),
		withSOAP(SOAPSource{Addressing: new(bool)}),
		{Go: &GoSource{}},
		{Go: &GoSource{Executable: "a"}},
		{IsSuccess: m},
		{IsSuccess: parse(t, "a", mapping.V02)},
		{ErrorsMessage: m},
		{ErrorsExtensions: m},
		{Config: value.From(map[string]any{"a": 1})},
		{Env: value.From(map[string]any{"a": 1})},
		{OverrideURL: u},
		{Timeout: 1},
		{MaxReplyBytes: 1},
		{MaxConcurrent: 1},
		{MaxStreams: 1},
		{NoShare: true},
		{ErrorDetails: []DetailType{}},
		{ErrorDetails: []DetailType{{Name: "a"}}},
		{RateLimit: RateLimit{Capacity: 1, Interval: 1}},
		{RateLimit: RateLimit{Capacity: 2, Interval: 1}},
		{RateLimit: RateLimit{Capacity: 1, Interval: 2}},
		{HeaderRules: HeaderRules{InsertHeader{Name: "a"}}},
		{HeaderRules: HeaderRules{InsertHeader{Name: "a", Value: "b"}}},
		{HeaderRules: HeaderRules{InsertHeader{Name: "a", FromContext: "b"}}},
		{HeaderRules: HeaderRules{PropagateHeaders{From: named("a")}}},
		{HeaderRules: HeaderRules{PropagateHeaders{From: matching("a")}}},
		{HeaderRules: HeaderRules{PropagateHeaders{From: named("a"), Rename: "b"}}},
		{HeaderRules: HeaderRules{PropagateHeaders{From: named("a"), Default: "b"}}},
		{HeaderRules: HeaderRules{RemoveHeaders{named("a")}}},
		{HeaderRules: HeaderRules{RemoveHeaders{matching("a")}}},
		{HeaderRules: HeaderRules{RemoveHeaders{named("a")}, RemoveHeaders{named("b")}}},
		{HeaderRules: HeaderRules{RemoveHeaders{named("b")}, RemoveHeaders{named("a")}}},
		{Transport: Transport{TLS: TLS{Authorities: &Authorities{text: "a"}}}},
		{Transport: Transport{TLS: TLS{Client: &ClientCertificate{chain: "a"}}}},
		{Transport: Transport{TLS: TLS{Client: &ClientCertificate{key: "a"}}}},
		{Transport: Transport{Compression: Gzip}},
		{Transport: Transport{IdleTimeout: 1}},
		{Transport: Transport{HTTP2: HTTP2Disabled}},
		{Transport: Transport{Addresses: IPv4Only}},
	}
	seen := map[string]int{}
	for i, s := range different {
		text := s.Canonical()
		if j, ok := seen[text]; ok {
			t.Errorf("settings %d and %d have one text:\n%s", j, i, text)
		}
		seen[text] = i
	}
	// Whoever adds a field has to add it to Canonical, and a case above.
	if n := reflect.TypeFor[Settings]().NumField() + reflect.TypeFor[GoSource]().NumField(); n != 22 {
		t.Errorf("Settings and GoSource have %d fields, Canonical was written for 22", n)
	}
	if n := reflect.TypeFor[HTTPSource]().NumField() + reflect.TypeFor[Header]().NumField(); n != 7 {
		t.Errorf("HTTPSource and Header have %d fields, Canonical was written for 7", n)
	}
	if n := reflect.TypeFor[GRPCSource]().NumField(); n != 8 {
		t.Errorf("GRPCSource has %d fields, Canonical was written for 8", n)
	}
	if n := reflect.TypeFor[SOAPSource]().NumField() + reflect.TypeFor[SOAPSecurity]().NumField(); n != 13 {
		t.Errorf("SOAPSource and SOAPSecurity have %d fields, Canonical was written for 13", n)
	}
	if n := reflect.TypeFor[Transport]().NumField() + reflect.TypeFor[TLS]().NumField() + reflect.TypeFor[RateLimit]().NumField(); n != 9 {
		t.Errorf("Transport, TLS and RateLimit have %d fields, Canonical was written for 9", n)
	}
}

func TestDefaultsAndTheirValuesAreTheSameSettings(t *testing.T) {
	t.Parallel()
	explicit := Settings{
		Timeout: DefaultTimeout, MaxReplyBytes: DefaultMaxReplyBytes, MaxConcurrent: DefaultMaxConcurrent,
		Transport: Transport{Compression: Identity, HTTP2: HTTP2Enabled, Addresses: AnyAddress},
	}
	if got, want := explicit.Canonical(), (Settings{}).Canonical(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
