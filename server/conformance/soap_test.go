package conformance_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/sdl"
)

// addressPattern finds what a server says about where it listens.
var addressPattern = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+`)

// serveSOAP runs a server of others until the test ends, and returns its address.
func serveSOAP(t *testing.T, server string) string {
	t.Helper()
	var cmd *exec.Cmd
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	switch server {
	case "php":
		// The built-in web server takes a free port and says which.
		cmd = exec.CommandContext(ctx, program(t, "php"), "-S", "127.0.0.1:0", "soap/server.php")
		if out, err := exec.CommandContext(ctx, cmd.Path, "-r", "new SoapServer(null, ['uri' => 'urn:x']);").CombinedOutput(); err != nil {
			stop()
			lacks(t, errorOf("php-soap: "+string(out)))
		}
	case "npm":
		path := program(t, "node")
		if err := install(); err != nil {
			stop()
			lacks(t, err)
		}
		cmd = exec.CommandContext(ctx, path, "soap/server.mjs")
	}
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = in, in
	stdin, err := cmd.StdinPipe() // open as long as the server is to run
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	drained := make(chan struct{})
	t.Cleanup(func() {
		stop()
		_ = stdin.Close()
		_ = cmd.Wait()
		<-drained
		_ = out.Close()
	})
	lines := bufio.NewScanner(out)
	var said strings.Builder
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if address := addressPattern.FindString(lines.Text()); address != "" {
			go func() {
				defer close(drained)
				_, _ = io.Copy(io.Discard, out)
			}()
			return address
		}
	}
	close(drained)
	t.Fatalf("%s listens nowhere: %v\n%s", server, lines.Err(), said.String())
	return ""
}

type errorOf string

func (e errorOf) Error() string { return string(e) }

// startSOAP serves a document of the folder soap over a port of its source, and returns the endpoint.
func startSOAP(t *testing.T, document, port, address string) string {
	t.Helper()
	return startSOAPWith(t, document, "override_url: \""+address+"\"", "PORT", port)
}

// startSOAPWith does so with settings of the source, and words of the document replaced.
func startSOAPWith(t *testing.T, document, settings string, words ...string) string {
	t.Helper()
	text, err := os.ReadFile("soap/" + document + ".graphql")
	if err != nil {
		t.Fatal(err)
	}
	return "http://" + start(t, "connectors: { sources: { "+document+".parcels: { "+settings+" } } }\n", sdl.Input{
		File: document + ".graphql", Text: strings.NewReplacer(words...).Replace(string(text)), Files: datasources.Folder("soap"),
	}) + "/graphql"
}

// ask sends an operation and returns the whole answer.
func ask(t *testing.T, endpoint, query string, variables any) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// soapCase is an operation and its answer, which is that of all servers but those for which another one is given.
type soapCase struct {
	name, query, variables string
	want                   string
	others                 map[string]string
}

const mirror = "query ($r: JSON!) { mirror(record: $r) }"

// literalCases are asked of the services of literal.wsdl. npm's soap has numbers and dates of JavaScript and trims
// texts; it forgets null, and does not look at what must be understood.
func literalCases() []soapCase {
	failure := func(message, more string) string {
		return `{"data":{"fail":null},"errors":[{"message":"` + message + `","path":["fail"],"extensions":{` + more + `}}]}`
	}
	return []soapCase{
		{
			"scalars", mirror,
			`{"r":{"@id":"r-1","text":" Zürich & <Bern> ","count":-5,"flag":false,"ratio":1.5,"bytes":"AAEC/w==","color":"GREEN"}}`,
			`{"data":{"mirror":{"text":" Zürich & <Bern> ","count":-5,"ratio":1.5,"flag":false,"bytes":"AAEC/w==","color":"GREEN","tag":[],"line":[],"@id":"r-1"}}}`,
			map[string]string{
				"npm": `{"data":{"mirror":{"text":"Zürich & <Bern>","count":-5,"ratio":1.5,"flag":false,"bytes":"AAEC/w==","color":"GREEN","tag":[],"line":[],"@id":"r-1"}}}`,
			},
		},
		{
			"decimals and integers keep their digits", mirror,
			`{"r":{"exact":"12345678901234567890.1234567890","big":"9007199254740993"}}`,
			`{"data":{"mirror":{"exact":12345678901234567890.1234567890,"big":9007199254740993,"tag":[],"line":[]}}}`,
			map[string]string{"npm": `{"data":{"mirror":{"exact":12345678901234567000,"big":9007199254740992,"tag":[],"line":[]}}}`},
		},
		{
			"dates keep their zones", mirror, `{"r":{"day":"2024-02-29+02:00","moment":"2024-02-29T23:59:59.123Z"}}`,
			`{"data":{"mirror":{"day":"2024-02-29+02:00","moment":"2024-02-29T23:59:59.123Z","tag":[],"line":[]}}}`,
			map[string]string{"npm": `{"data":{"mirror":{"moment":"2024-02-29T23:59:59.123Z","tag":[],"line":[]}}}`},
		},
		{
			"lists of one, lists in text, attributes beside text, a choice", mirror,
			`{"r":{"box":7,"line":[{"quantity":1,"sku":"s"}],"tag":["a"],"price":{"@currency":"EUR","#text":10.25},"numbers":[1,2]}}`,
			`{"data":{"mirror":{"numbers":[1,2],"price":{"@currency":"EUR","#text":10.25},"tag":["a"],"line":[{"sku":"s","quantity":1}],"box":7}}}`, nil,
		},
		{
			"one value twice, by reference", mirror, `{"r":{"text":"twice","line":[{"quantity":1,"sku":"s"}]}}`,
			`{"data":{"mirror":{"text":"twice","tag":[],"line":[{"sku":"s","quantity":1},{"sku":"s","quantity":1}]}}}`,
			map[string]string{"npm": `{"data":{"mirror":{"text":"twice","tag":[],"line":[{"sku":"s","quantity":1}]}}}`},
		},
		{
			"derived types", mirror, `{"r":{"party":{"vat":"v","#type":"Company","name":"n"}}}`,
			`{"data":{"mirror":{"tag":[],"line":[],"party":{"#type":"Company","name":"n","vat":"v"}}}}`, nil,
		},
		{"absent", mirror, `{"r":{}}`, `{"data":{"mirror":{"tag":[],"line":[]}}}`, map[string]string{"npm": `{"data":{"mirror":null}}`}},
		{
			"nil", mirror, `{"r":{"text":null,"count":1}}`, `{"data":{"mirror":{"text":null,"count":1,"tag":[],"line":[]}}}`,
			map[string]string{"npm": `{"data":{"mirror":{"count":1,"tag":[],"line":[]}}}`},
		},
		{"empty", mirror, `{"r":{"text":""}}`, `{"data":{"mirror":{"text":"","tag":[],"line":[]}}}`, nil},
		{"bare", `{ convert(celsius: "36.5") }`, `{}`, `{"data":{"convert":97.70}}`, nil},
		{
			"a Fault with its detail", `{ fail(reason: "no <parcel>") }`, `{}`,
			failure("no <parcel>", `"actor":"urn:actor","code":"CONNECTOR_FETCH","connector":{"coordinate":"literal:Query.fail[0]"},"hints":["one"],`+
				`"http":{"status":500},"number":7,"service":"literal","soap":{"faultcode":"Client"}`),
			map[string]string{
				"php 12": failure("no <parcel>", `"code":"CONNECTOR_FETCH","connector":{"coordinate":"literal:Query.fail[0]"},"hints":["one"],`+
					`"http":{"status":500},"number":7,"service":"literal","soap":{"faultcode":"Sender"}`),
				"npm": failure("no <parcel>", `"code":"CONNECTOR_FETCH","connector":{"coordinate":"literal:Query.fail[0]"},"hints":["one"],`+
					`"http":{"status":500},"number":7,"service":"literal","soap":{"faultcode":"Client"}`),
				// Its detail is in the envelope's namespace, so that no schema describes it.
				"npm 12": failure("no <parcel>", `"code":"CONNECTOR_FETCH","connector":{"coordinate":"literal:Query.fail[0]"},"hints":"one",`+
					`"http":{"status":500},"number":"7","service":"literal","soap":{"faultcode":"Sender","faultsubcodes":["BadArguments"]}`),
			},
		},
		{"one way", `mutation { notify(text: "x") }`, `{}`, `{"data":{"notify":202}}`, nil},
		{"header blocks in and out", `{ greet(name: "Ann") { text receipt } }`, `{}`, `{"data":{"greet":{"text":"hello Ann of sesame","receipt":42}}}`, nil},
		{
			"a header block of a reply that must be understood", `{ greet(name: "must") { text } }`, `{}`,
			`{"data":{"greet":null},"errors":[{"message":"The server returned data in an unexpected format.","path":["greet"],"extensions":` +
				`{"code":"CONNECTOR_RESPONSE_INVALID","connector":{"coordinate":"literal:Query.greet[0]"},"http":{"status":200},"service":"literal"}}]}`,
			map[string]string{"npm": `{"data":{"greet":{"text":"hello must of sesame"}}}`},
		},
		{
			"a header block that the server must understand", `{ demanding }`, `{}`,
			`{"data":{"demanding":null},"errors":[{"message":"Header not understood","path":["demanding"],"extensions":{"code":"CONNECTOR_FETCH",` +
				`"connector":{"coordinate":"literal:Query.demanding[0]"},"http":{"status":500},"service":"literal","soap":{"faultcode":"MustUnderstand"}}}]}`,
			map[string]string{"npm": `{"data":{"demanding":"hello Ann of "}}`},
		},
	}
}

// encodedCases are asked of the rpc/encoded port of rpc.wsdl.
func encodedCases() []soapCase {
	return []soapCase{
		{"scalars", `{ add(a: 1, b: 2) }`, `{}`, `{"data":{"add":3}}`, nil},
		{
			"arrays of recursive values, with nil and absent ones",
			`{ swap(parcels: [{ number: "1", weight: 1.50, next: null }, { number: "2", weight: null, sent: "2024-02-29T00:00:00Z",
				next: { number: "3", weight: 0, next: { number: "4", weight: 1 } } }]) { number weight sent next { number next { number } } } }`, `{}`,
			`{"data":{"swap":[{"number":"2","weight":null,"sent":"2024-02-29T00:00:00Z","next":{"number":"3","next":{"number":"4"}}},` +
				`{"number":"1","weight":1.50,"sent":null,"next":null}]}}`, nil,
		},
		{"an array of none", `{ swap(parcels: []) { number } }`, `{}`, `{"data":{"swap":[]}}`, nil},
		{"an array of one", `{ double(numbers: [21]) }`, `{}`, `{"data":{"double":[42]}}`, nil},
		{
			"one value twice, by reference", `{ twice(parcel: { number: "1", weight: 1.50 }) { number weight } }`, `{}`,
			`{"data":{"twice":[{"number":"1","weight":1.50},{"number":"1","weight":1.50}]}}`, nil,
		},
	}
}

// What is sent to SOAP servers of others comes back as it was sent, and what they say is understood.
func TestSOAPServersOfOthersAreCalled(t *testing.T) {
	t.Parallel()
	for _, server := range []string{"php", "npm"} {
		t.Run(server, func(t *testing.T) {
			t.Parallel()
			address := serveSOAP(t, server)
			for _, tt := range []struct {
				document, port, path string
				cases                []soapCase
				isPHP                bool
			}{
				{"literal", "Soap11", "/literal/11/utf-8", literalCases(), false},
				{"literal", "Soap12", "/literal/12/utf-8", literalCases(), false},
				{"literal", "Soap11", "/literal/11/iso-8859-1", literalCases(), true},
				{"rpc", "Literal", "/rpc/11/utf-8/literal", encodedCases()[:1], false},
				{"encoded", "Encoded", "/rpc/11/utf-8/encoded", encodedCases()[:1], false},
				{"encoded", "Encoded", "/rpc/11/utf-8/encoded", encodedCases()[1:], true},
			} {
				if tt.isPHP && server != "php" {
					continue
				}
				endpoint := startSOAP(t, tt.document, tt.port, address+tt.path)
				for _, c := range tt.cases {
					want := c.want
					for _, name := range []string{server, server + " " + strings.TrimPrefix(tt.port, "Soap")} {
						if other, ok := c.others[name]; ok {
							want = other
						}
					}
					if diff := cmp.Diff(want, ask(t, endpoint, c.query, json.RawMessage(c.variables))); diff != "" {
						t.Errorf("%s: %s (-want +got)\n%s", tt.path, c.name, diff)
					}
				}
			}
		})
	}
}

// npm's soap checks a UsernameToken, by text and by digest, and the time.
func TestUsersOfWSSecurityAreLetIn(t *testing.T) {
	t.Parallel()
	address := serveSOAP(t, "npm")
	for _, digest := range []string{"true", "false"} {
		for password, want := range map[string]string{
			"open <sesame>": `{"data":{"convert":97.70}}`,
			"open sesame": `{"data":{"convert":null},"errors":[{"message":"Invalid username or password","path":["convert"],"extensions":{` +
				`"code":"CONNECTOR_FETCH","connector":{"coordinate":"secured:Query.convert[0]"},"http":{"status":401},"service":"secured",` +
				`"soap":{"faultcode":"Client","faultsubcodes":["AuthenticationFailure"]}}}]}`,
		} {
			settings := `override_url: "` + address + `/literal/11/secured", $config: { password: "` + password + `" }`
			endpoint := startSOAPWith(t, "secured", settings, "PORT", "Soap11", "DIGEST", digest)
			if diff := cmp.Diff(want, ask(t, endpoint, `{ convert(celsius: "36.5") }`, nil)); diff != "" {
				t.Errorf("digest %s, password %q (-want +got)\n%s", digest, password, diff)
			}
		}
	}
}
