package soap

import (
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
)

const emptySchema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t"/>`

// importing is a small contract that includes a schema.
func importing(location string) string {
	return contractAround(`<xs:include schemaLocation="` + location + `"/>` + in)
}

// fetch opens a source for a URL and returns what is wrong with the contract, with the server called "http://host".
func fetch(t *testing.T, base, location string, change func(*datasources.Settings)) string {
	t.Helper()
	settings := datasources.Settings{Kind: datasources.SOAP, SOAP: &datasources.SOAPSource{WSDL: base + location, Files: datasources.Folder(".")}}
	if change != nil {
		change(&settings)
	}
	s, err := Open(t.Context(), settings)
	if err != nil {
		return strings.ReplaceAll(explain(err).Error(), base, "http://host")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	return ""
}

// Servers send us elsewhere, and files refer to others: all that is fetched is on one host.
func TestContractsAreFetchedFromOneHost(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	other := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = io.WriteString(w, emptySchema)
	})
	mux := http.NewServeMux()
	text := func(pattern, body string) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
	}
	redirect := func(pattern, to string) { mux.Handle(pattern, http.RedirectHandler(to, http.StatusFound)) }
	text("/plain", importing("sub/t.xsd"))
	text("/sub/t.xsd", emptySchema)
	redirect("/moved", "/deep/er/a.wsdl")
	text("/deep/er/a.wsdl", importing("../t.xsd"))
	redirect("/deep/t.xsd", "t2.xsd")
	text("/deep/t2.xsd", emptySchema)
	redirect("/away", other+"/a.wsdl")
	redirect("/circle", "/circle")
	mux.HandleFunc("/lost", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) })
	text("/import-away", importing(other+"/t.xsd"))
	text("/import-missing", importing("missing.xsd"))
	text("/import-login", importing("login?next=secret"))
	text("/login", "<html>Sign in</html>")
	text("/import-file", importing("file:///etc/passwd"))
	mux.HandleFunc("/service", func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.RawQuery {
		case "wsdl":
			_, _ = io.WriteString(w, importing("?xsd=1"))
		case "xsd=1":
			_, _ = io.WriteString(w, emptySchema)
		default:
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	text("/json", `{"error":"no token"}`)
	mux.HandleFunc("/failing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	host := strings.TrimPrefix(other, "http://")
	for location, want := range map[string]string{
		"/plain":        "",
		"/moved":        "",
		"/service?wsdl": "",
		"/away": `http://host/away: error[WEFT_CONTRACT]: cannot be fetched: the server answers with status 302, and redirects to where nothing is fetched: "http://` + host +
			`/a.wsdl" is not on the host of the WSDL, and nothing is fetched from others: put copies of the contract's files next to the document, and name the WSDL's`,
		"/circle": "http://host/circle: error[WEFT_CONTRACT]: cannot be fetched: the server redirects more than 5 times",
		"/lost":   "http://host/lost: error[WEFT_CONTRACT]: cannot be fetched: the server answers with status 302",
		"/import-away": `http://host/import-away:3:29: error[WEFT_CONTRACT]: "http://` + host +
			`/t.xsd" is not on the host of the WSDL, and nothing is fetched from others: put copies of the contract's files next to the document, and name the WSDL's`,
		"/import-missing": "http://host/import-missing:3:29: error[WEFT_CONTRACT]: http://host/missing.xsd: cannot be fetched: the server answers with status 404: there is no such file",
		"/import-login":   "http://host/import-login:3:29: error[WEFT_CONTRACT]: http://host/login?next=xxxxx: this is an HTML page, not a contract: a login page, or the list of a server's services",
		"/import-file":    `http://host/import-file:3:29: error[WEFT_CONTRACT]: "file:///etc/passwd" is no reference to a file that can be fetched`,
		"/json":           "http://host/json: error[WEFT_CONTRACT]: this is no contract: it looks like JSON",
		"/failing":        "http://host/failing: error[WEFT_CONTRACT]: cannot be fetched: the server answers with status 500",
	} {
		if d := cmp.Diff(want, fetch(t, s.URL, location, nil)); d != "" {
			t.Errorf("%s: (-want +got)\n%s", location, d)
		}
	}
	if asked.Load() > 0 {
		t.Error("another host was asked")
	}
}

func TestContractsAreFetchedByTheTransportOfTheSettings(t *testing.T) {
	t.Parallel()
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/t.xsd" {
			_, _ = io.WriteString(w, emptySchema)
			return
		}
		_, _ = io.WriteString(w, importing("//"+r.Host+"/t.xsd"))
	}))
	t.Cleanup(s.Close)
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	authorities, err := datasources.ParseAuthorities(string(certificate))
	if err != nil {
		t.Fatal(err)
	}
	trusting := func(s *datasources.Settings) { s.Transport.TLS.Authorities = authorities }
	if got := fetch(t, s.URL, "/a.wsdl", trusting); got != "" {
		t.Error(got)
	}
	if got := fetch(t, s.URL, "/a.wsdl", nil); !strings.Contains(got, "cannot be fetched: ") {
		t.Errorf("got %q from a server that nobody trusts", got)
	}
}

// Nobody asks a server without TLS for what one with TLS refers to.
func TestReferencesStayEncrypted(t *testing.T) {
	t.Parallel()
	files := newFetcherOfFiles(&source{soap: &datasources.SOAPSource{WSDL: "https://me:secret@host.example/s?wsdl"}})
	for reference, want := range map[string]string{
		"http://host.example/t.xsd":      "https://me:secret@host.example/t.xsd",
		"https://HOST.example:443/t.xsd": "https://me:secret@HOST.example:443/t.xsd",
		"?xsd=1#part":                    "https://me:secret@host.example/s?xsd=1",
		"http://host.example:8080/t.xsd": "",
		"https://host.example:444/t.xsd": "",
		"http://other.example/t.xsd":     "",
	} {
		got, err := files.Resolve("https://me:secret@host.example/s?wsdl", reference)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: got %q, %v", reference, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%v", err)
		}
	}
}

func TestReferencesToURLsAreCopiesNextToTheFile(t *testing.T) {
	t.Parallel()
	got := load(t, map[string]string{
		"a.wsdl":         contractAround(`<xs:include schemaLocation="http://host/schemas/t.xsd"/><xs:include schemaLocation="types/u.xsd"/><xs:include schemaLocation="http://host/s?xsd=1"/>` + in),
		"t.xsd":          emptySchema,
		"types/u.xsd":    strings.Replace(emptySchema, "/>", `><xs:include schemaLocation="https://host/v.xsd"/></xs:schema>`, 1),
		"types/v.xsd":    emptySchema,
		"s?xsd=1":        emptySchema,
		"../outside.xsd": emptySchema,
	}, nil)
	if got != "" {
		t.Error(got)
	}
	got = load(t, map[string]string{"a.wsdl": contractAround(`<xs:include schemaLocation="http://host/"/>` + in)}, nil)
	want := `a.wsdl:3:29: error[WEFT_CONTRACT]: "http://host/" is not fetched: put a copy next to the WSDL, and its path here`
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
