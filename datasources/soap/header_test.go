package soap

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// received is what a service sees of the header blocks that change with each message, by the standard library.
type received struct {
	Action    string `xml:"Header>Action"`
	To        string `xml:"Header>To"`
	MessageID string `xml:"Header>MessageID"`
	ReplyTo   string `xml:"Header>ReplyTo>Address"`
	Security  struct {
		MustUnderstand string `xml:"http://schemas.xmlsoap.org/soap/envelope/ mustUnderstand,attr"`
		Created        string `xml:"Timestamp>Created"`
		Expires        string `xml:"Timestamp>Expires"`
		Username       string `xml:"UsernameToken>Username"`
		Password       struct {
			Type string `xml:"Type,attr"`
			Text string `xml:",chardata"`
		} `xml:"UsernameToken>Password"`
		Nonce        string `xml:"UsernameToken>Nonce"`
		TokenCreated string `xml:"UsernameToken>Created"`
	} `xml:"Header>Security"`
}

// stamped calls a service twice and returns what it has seen.
func stamped(t *testing.T, source datasources.SOAPSource, reply func(received) string) []received {
	t.Helper()
	var all []received
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var e received
		if err := xml.NewDecoder(r.Body).Decode(&e); err != nil {
			t.Error(err)
		}
		all = append(all, e)
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, reply(e))
	})
	s := payInvoice
	s.address = address + "/pay?a=b"
	s.change = func(settings *datasources.Settings, _ *datasources.Connector) {
		settings.SOAP.Security, settings.SOAP.Addressing = source.Security, source.Addressing
		settings.Env = value.From(map[string]any{"USER": "a&b", "PASSWORD": "p<w"})
	}
	shape := anyShape()
	f := s.fetcher(t, shape)
	for range 2 {
		if got, err := call(t.Context(), t, f, shape, &mapping.Env{}); err != nil || got != `{"line":[],"@version":1}` {
			t.Fatalf("got %s, %v", got, err)
		}
	}
	return all
}

const paid = `<PayInvoiceResponse ` + typesSpace + `><invoice/></PayInvoiceResponse>`

func TestUsersAreNamedByTextAndByDigest(t *testing.T) {
	t.Parallel()
	for _, isDigest := range []bool{false, true} {
		all := stamped(t, datasources.SOAPSource{Security: &datasources.SOAPSecurity{
			Username: template(t, "{$env.USER}"), Password: template(t, "{$env.PASSWORD}"), Digest: isDigest, Timestamp: time.Minute,
		}}, func(received) string { return wrap(paid) })
		for _, e := range all {
			s := e.Security
			created, err := time.Parse(time.RFC3339, s.Created)
			if err != nil || time.Since(created).Abs() > time.Minute || s.Expires != created.Add(time.Minute).Format(instantPrecision) {
				t.Errorf("valid from %s until %s", s.Created, s.Expires)
			}
			want, kind := "p<w", "#PasswordText"
			if isDigest {
				nonce, err := base64.StdEncoding.DecodeString(s.Nonce)
				if err != nil || len(nonce) != nonceSize || s.TokenCreated != s.Created {
					t.Errorf("nonce %q of %s, %v", s.Nonce, s.TokenCreated, err)
				}
				sum := sha1.Sum([]byte(string(nonce) + s.TokenCreated + "p<w"))
				want, kind = base64.StdEncoding.EncodeToString(sum[:]), "#PasswordDigest"
			}
			if s.MustUnderstand != "1" || s.Username != "a&b" || s.Password.Text != want || !strings.HasSuffix(s.Password.Type, kind) {
				t.Errorf("digest %t: got %+v", isDigest, s)
			}
		}
		if isDigest && all[0].Security.Nonce == all[1].Security.Nonce {
			t.Error("a nonce is used twice")
		}
	}
}

func TestMessagesAreAddressed(t *testing.T) {
	t.Parallel()
	yes := true
	all := stamped(t, datasources.SOAPSource{Addressing: &yes}, func(e received) string {
		return strings.Replace(wrap(paid), "<S:Header/>", `<S:Header><w:RelatesTo xmlns:w="`+spaceAddressing+`" S:mustUnderstand="1">`+e.MessageID+
			`</w:RelatesTo></S:Header>`, 1)
	})
	id := regexp.MustCompile(`^urn:uuid:[0-9a-f-]{36}$`)
	for _, e := range all {
		if e.Action != "urn:shop:billing/PayInvoice" || !strings.HasSuffix(e.To, "/pay?a=b") || e.ReplyTo != addressAnonymous || !id.MatchString(e.MessageID) {
			t.Errorf("got %+v", e)
		}
	}
	if all[0].MessageID == all[1].MessageID {
		t.Error("two messages have one id")
	}
}

// What differs from message to message is not in the request: identical reads can be one call.
func TestRequestsAreTheSameBeforeTheyAreSent(t *testing.T) {
	t.Parallel()
	yes := true
	s := payInvoice
	s.change = func(settings *datasources.Settings, _ *datasources.Connector) {
		settings.SOAP.Addressing = &yes
		settings.SOAP.Security = &datasources.SOAPSecurity{Username: template(t, "u"), Password: template(t, "p"), Digest: true}
	}
	f := s.fetcher(t, anyShape())
	first, err := f.Request(&mapping.Env{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := f.Request(&mapping.Env{})
	if err != nil || !bytes.Equal(first.Body, second.Body) || bytes.Contains(first.Body, []byte("Password")) {
		t.Errorf("%s\n%s\n%v", first.Body, second.Body, err)
	}
}

func TestUserWithoutANameIsNotSent(t *testing.T) {
	t.Parallel()
	s := payInvoice
	s.change = func(settings *datasources.Settings, _ *datasources.Connector) {
		settings.SOAP.Security = &datasources.SOAPSecurity{Username: template(t, "{$env.GONE}"), Password: template(t, "p")}
	}
	_, err := s.fetcher(t, anyShape()).Request(&mapping.Env{})
	var failed *datasources.Error
	if !errors.As(err, &failed) || failed.Message != "Request cannot be built" || !errors.Is(failed.Cause, errNoUser) {
		t.Errorf("got %v", err)
	}
}

// withHeader is a good reply with something in its header.
func withHeader(block string) string {
	return strings.Replace(wrap(paid), "<S:Header/>", "<S:Header>"+block+"</S:Header>", 1)
}

func TestRepliesThatNobodyUnderstandsAreNamed(t *testing.T) {
	t.Parallel()
	const secured = `<w:Security xmlns:w="` + spaceSecurity + `" S:mustUnderstand="1">`
	for name, c := range map[string]struct{ contentType, reply, cause string }{
		"a header block": {
			"text/xml", withHeader(`<x:Lock xmlns:x="urn:x" S:mustUnderstand="1"/>`),
			"the header block <{urn:x}Lock>, which must be understood and is not known",
		},
		"addressing that nobody asked for": {
			"text/xml", withHeader(`<w:Action xmlns:w="` + spaceAddressing + `" S:mustUnderstand="true">a</w:Action>`), "addressing}Action>, which must be understood",
		},
		"an X.509 signature": {
			"text/xml", withHeader(secured + `<d:Signature xmlns:d="` + spaceSignature + `"/></w:Security>`), "an XML signature, which must be understood",
		},
		"an X.509 certificate": {"text/xml", withHeader(secured + `<w:BinarySecurityToken/></w:Security>`), "an X.509 certificate"},
		"an encrypted key": {
			"text/xml", withHeader(secured + `<e:EncryptedKey xmlns:e="` + spaceEncryption + `"/></w:Security>`), "has encryption (XML Encryption)",
		},
		"SAML": {
			"text/xml", withHeader(secured + `<a:Assertion xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion"/></w:Security>`), "has a SAML assertion",
		},
		"an encrypted body": {"text/xml", wrap(`<e:EncryptedData xmlns:e="` + spaceEncryption + `"/>`), "the reply is encrypted (XML Encryption)"},
		"MTOM": {
			`multipart/related; type="application/xop+xml"; boundary="b"; start="<root>"; start-info="text/xml"`, "--b\r\n\r\n--b--", "the reply is an MTOM message",
		},
		"attachments":   {`multipart/related; type="text/xml"; boundary=b`, "--b\r\n\r\n--b--", "SOAP with Attachments"},
		"other version": {"text/xml", strings.ReplaceAll(wrap(paid), spaceEnvelope, spaceEnvelope12), "the reply is a SOAP 1.2 envelope, expected SOAP 1.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shape := anyShape()
			reply := &datasources.Reply{Status: http.StatusOK, Header: http.Header{"Content-Type": {c.contentType}}, Body: []byte(c.reply)}
			_, err := decode(payInvoice.fetcher(t, shape), shape, reply, &mapping.Env{})
			var failed *datasources.Error
			if !errors.As(err, &failed) || failed.Code != datasources.CodeResponseInvalid || !strings.Contains(failed.Cause.Error(), c.cause) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestHeaderBlocksThatAreNotForUsAreLeftAlone(t *testing.T) {
	t.Parallel()
	for _, block := range []string{
		`<x:Lock xmlns:x="urn:x"/>`,
		`<x:Lock xmlns:x="urn:x" S:mustUnderstand="0"/>`,
		`<x:Lock xmlns:x="urn:x" S:mustUnderstand="1" S:actor="urn:somebody"/>`,
		`<w:Security xmlns:w="` + spaceSecurity + `" S:mustUnderstand="1"><u:Timestamp xmlns:u="` + spaceUtility + `"/></w:Security>`,
		`<w:Security xmlns:w="` + spaceSecurity + `"><d:Signature xmlns:d="` + spaceSignature + `"/></w:Security>`,
	} {
		got, err := replyTo(t, payInvoice, withHeader(block))
		if err != nil || got != `{"line":[],"@version":1}` {
			t.Errorf("%s: %s, %v", block, got, err)
		}
	}
}

func TestReplyToAnotherMessageIsRefused(t *testing.T) {
	t.Parallel()
	yes := true
	s := payInvoice
	s.change = func(settings *datasources.Settings, _ *datasources.Connector) { settings.SOAP.Addressing = &yes }
	for _, c := range []struct {
		relation string
		want     error
	}{
		{`>urn:uuid:1</w:RelatesTo>`, nil},
		{`>urn:uuid:2</w:RelatesTo>`, errOtherRequest},
		{` RelationshipType="urn:conversation">urn:uuid:2</w:RelatesTo>`, nil},
	} {
		shape := anyShape()
		reply := &datasources.Reply{
			Status: http.StatusOK, Header: http.Header{}, Payload: messageID("urn:uuid:1"),
			Body: []byte(withHeader(`<w:RelatesTo xmlns:w="` + spaceAddressing + `"` + c.relation)),
		}
		_, err := decode(s.fetcher(t, shape), shape, reply, &mapping.Env{})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", c.relation, err)
		}
	}
}

// encodedReply is a reply of rpc/encoded with elements that others refer to.
func encodedReply(part, more string) string {
	return wrap(`<r:OldResponse xmlns:r="urn:rpc"><a ` + part + `/></r:OldResponse>` + more)
}

func TestReferencesAreBounded(t *testing.T) {
	t.Parallel()
	laughs := strings.Builder{}
	const levels = 60
	for i := range levels {
		to := string(rune('A' + i + 1))
		laughs.WriteString(`<x id="` + string(rune('A'+i)) + `"><l href="#` + to + `"/><l href="#` + to + `"/></x>`)
	}
	laughs.WriteString(`<x id="` + string(rune('A'+levels)) + `">lol</x>`)
	var chain strings.Builder
	for i := range 300 {
		chain.WriteString(`<x id="c` + strings.Repeat("x", i) + `"><n href="#c` + strings.Repeat("x", i+1) + `"/></x>`)
	}
	chain.WriteString(`<x id="c` + strings.Repeat("x", 300) + `"/>`)
	var hops strings.Builder
	const manyHops = 5000
	for i := range manyHops {
		fmt.Fprintf(&hops, `<x id="%d" href="#%d"/>`, i, i+1)
	}
	for name, c := range map[string]struct{ part, more, want string }{
		"hops":         {`href="#0"`, hops.String(), "references lead to others more than 256 deep"},
		"one":          {`href="#1"`, `<x id="1">seven</x>`, `{"thing":"seven"}`},
		"no such":      {`href="#2"`, `<x id="1">seven</x>`, `no element with the id "2"`},
		"itself":       {`href="#1"`, `<x id="1"><y href="#1"/></x>`, `the element with the id "1" is inside of itself`},
		"two with one": {`href="#1"`, `<x id="1"/><x id="1"/>`, `the id "1" is there twice`},
		"laughs":       {`href="#A"`, laughs.String(), "references make far more of the reply than it is"},
		"a chain":      {`href="#c"`, chain.String(), "nest deeper than 256"},
		"elsewhere":    {`href="http://localhost/x.xml"`, ``, `{"thing":{"@href":"http://localhost/x.xml"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := replyTo(t, setup{wsdl: "encoded.wsdl", operation: "Old"}, encodedReply(c.part, c.more))
			if err != nil {
				got = errors.Unwrap(err).Error()
			}
			if !strings.Contains(got, c.want) {
				t.Error(cmp.Diff(c.want, got))
			}
		})
	}
}

// Namespaces have one prefix each, also that of the envelope: some servers look for it as it is spelled.
func TestAttributesOfTheEnvelopeHaveItsPrefix(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		setup

		want string
	}{
		"a header block": {
			setup{
				wsdl: "billing/billing.wsdl", operation: "GetInvoice", message: `orderId: "1"`,
				headers: `Session: { token: "t", "@mustUnderstand": true, "@actor": "urn:a" }`,
			},
			`Session soap:mustUnderstand="1" soap:actor="urn:a">`,
		},
		"an encoded message": {setup{wsdl: "encoded.wsdl", operation: "Old"}, ` soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"`},
	} {
		r, err := c.fetcher(t, anyShape()).Request(&mapping.Env{})
		if err != nil {
			t.Fatal(err)
		}
		if text := string(r.Body); !strings.Contains(text, c.want) || strings.Count(text, `="http://schemas.xmlsoap.org/soap/envelope/"`) != 1 {
			t.Errorf("%s: got %s", name, text)
		}
	}
}
