package config

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestPoliciesTakeFromTheSectionWhatTheyDoNotSay(t *testing.T) {
	t.Parallel()
	c, diags := Read("weft.yaml", `
cors:
  allow_any_origin: true
  allow_headers: [content-type]
  allow_credentials: true
  max_age: 1h
  origins: ["https://old.example.org"]
  policies:
    - origins: ["https://a.example.org", "http://localhost:3000"]
    - match_origins: ['https://[a-z]+\.example\.org', '^https://b$|https://c']
      allow_credentials: false
      allow_headers: [x-a]
      expose_headers: [x-b]
      methods: []
      max_age: 5s
`, noVariables)
	if len(diags) != 1 || diags.HasErrors() {
		t.Errorf("credentials for any origin: %v", diags)
	}
	want := CORS{
		Any: &CORSPolicy{Methods: corsMethods(), AllowHeaders: []string{"content-type"}, MaxAge: time.Hour},
		Policies: []CORSPolicy{
			{
				Origins: []string{"https://a.example.org", "http://localhost:3000"}, AllowCredentials: true, Methods: corsMethods(),
				AllowHeaders: []string{"content-type"}, MaxAge: time.Hour,
			},
			{Methods: []string{}, AllowHeaders: []string{"x-a"}, ExposeHeaders: []string{"x-b"}, MaxAge: 5 * time.Second},
			{
				Origins: []string{"https://old.example.org"}, AllowCredentials: true, Methods: corsMethods(),
				AllowHeaders: []string{"content-type"}, MaxAge: time.Hour,
			},
		},
	}
	if diff := cmp.Diff(want, c.CORS, cmpopts.IgnoreFields(CORSPolicy{}, "Patterns")); diff != "" {
		t.Error(diff)
	}
	for origin, has := range map[string]bool{
		"https://x.example.org": true, "https://x.example.org.evil.com": false, "evil://https://x.example.org": false,
		"https://xaexample.org": false, "https://b": true, "https://c": true, "https://cc": false, "https://b\nhttps://c": false,
	} {
		if got := c.CORS.Policies[1].Has(origin); got != has {
			t.Errorf("%q: %t", origin, got)
		}
	}
}

func TestMistakesAboutOtherSitesAreReportedWithTheirPlace(t *testing.T) {
	t.Parallel()
	const origin = `expected an origin such as "https://app.example.org", in lower case, without a path and the usual port but got `
	for text, want := range map[string]string{
		"cors: { policies: [{ origins: ['*'] }] }":                   `1:32: error[WEFT_CONFIG]: ` + origin + `"*"`,
		"cors: { origins: ['https://a.org/'] }":                      `1:19: error[WEFT_CONFIG]: ` + origin + `"https://a.org/"`,
		"cors: { origins: ['https://a.org:443'] }":                   `1:19: error[WEFT_CONFIG]: ` + origin + `"https://a.org:443"`,
		"cors: { origins: ['https://A.org'] }":                       `1:19: error[WEFT_CONFIG]: ` + origin + `"https://A.org"`,
		"cors: { origins: ['null'] }":                                `1:19: error[WEFT_CONFIG]: ` + origin + `"null"`,
		"cors: { policies: [{ match_origins: ['a', 'b('] }] }":       `1:43: error[WEFT_CONFIG]: expected a regular expression such as "^x-"`,
		"cors: { policies: [{ match_origins: ['a)|(b'] }] }":         `1:38: error[WEFT_CONFIG]: expected a regular expression such as "^x-"`,
		"csrf: { required_headers: [Accept] }":                       `1:28: error[WEFT_CONFIG]: expected the name of a header that browsers do not send by themselves but got "Accept"`,
		"csrf: { required_headers: [Sec-Fetch-Mode] }":               `1:28: error[WEFT_CONFIG]: expected the name of a header that browsers do not send by themselves but got "Sec-Fetch-Mode"`,
		"csrf: { disabled: true }":                                   `1:9: error[WEFT_CONFIG]: unknown key "disabled"`,
		"limits: { http1_max_request_buf_size: 64 parsecs }":         `1:39: error[WEFT_CONFIG]: expected a size such as "64kib" but got "64 parsecs"`,
		"tls: { supergraph: { strict_transport_security: always } }": `1:20: error[WEFT_CONFIG]: "certificate" is missing`,
	} {
		_, diags := Read("weft.yaml", text, noVariables)
		if len(diags) == 0 || !strings.HasPrefix(diags[0].Error(), "weft.yaml:"+want) {
			t.Errorf("%s: want %s, got\n%v", text, want, diags)
		}
	}
}

func TestSizesAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"5": 5, "64kib": 65_536, "2KB": 2000, "1 MiB": 1 << 20, "7b": 7, "3m": 3_000_000, "9ki": 9216} {
		c, diags := Read("weft.yaml", "limits: { http1_max_request_buf_size: '"+text+"' }", noVariables)
		if diags.HasErrors() || c.Connections.HTTP1HeaderBytes != want {
			t.Errorf("%s: %v %v", text, c, diags)
		}
	}
}
