package soap

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
)

func TestSourcesWarnOfWhatTheContractDemands(t *testing.T) {
	t.Parallel()
	const policy = `<p:Policy xmlns:p="http://www.w3.org/ns/ws-policy"><s:AsymmetricBinding xmlns:s="urn:s"/></p:Policy>`
	around := contractAround(in)
	for name, c := range map[string]struct {
		contract, address, want string
	}{
		"nothing to say": {around, "", ""},
		"policy": {
			strings.Replace(around, `<soap:binding`, policy+`<soap:binding`, 1), "",
			"a.wsdl:7:81: warning[WEFT_UNSUPPORTED]: a policy demands X.509 signatures or encryption (AsymmetricBinding), which is not supported: the server may refuse calls",
		},
		"a UsernameToken": {
			strings.Replace(around, `<soap:binding`, `<p:Policy xmlns:p="http://schemas.xmlsoap.org/ws/2004/09/policy"><s:SupportingTokens `+
				`xmlns:s="http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702"><p:Policy><s:UsernameToken/></p:Policy></s:SupportingTokens></p:Policy><soap:binding`, 1), "",
			"a.wsdl:7:193: warning[WEFT_CONTRACT]: a policy demands a user's name and password (UsernameToken): give `security` in the source test.soap",
		},
		"a UsernameToken, or nothing": {
			strings.Replace(around, `<soap:binding`, `<p:Policy xmlns:p="http://schemas.xmlsoap.org/ws/2004/09/policy"><p:ExactlyOne><p:All><s:UsernameToken `+
				`xmlns:s="http://schemas.xmlsoap.org/ws/2005/07/securitypolicy"/></p:All><p:All/></p:ExactlyOne></p:Policy><soap:binding`, 1), "", "",
		},
		"XML Schema 1.1": {
			contractAround(`<xs:complexType name="T"><xs:assert test="1"/></xs:complexType>` + in), "",
			`a.wsdl:3:26: warning[WEFT_UNSUPPORTED]: "assert" is XML Schema 1.1, and nothing is done about it: the server checks what it has asked for`,
		},
		"a port of HTTP GET": {
			strings.Replace(around, `<service name="S">`,
				`<binding name="G" type="t:T"><h:binding xmlns:h="http://schemas.xmlsoap.org/wsdl/http/" verb="GET"/></binding><service name="S"><port name="Get" binding="t:G"/>`, 1), "",
			"warning[WEFT_UNSUPPORTED]: ports that are not supported are ignored: \"Get\" (the HTTP binding of WSDL); port \"P\" is called: name it as the source's `port`, and this is not said again",
		},
		"no service": {
			strings.Replace(around, `<service name="S"><port name="P" binding="t:B"><soap:address location="http://h/"/></port></service>`, "", 1), "",
			"warning[WEFT_CONTRACT]: the contract does not say where port \"B\" is called: give `address` in the source, or `override_url` in the configuration",
		},
		"an address that is none": {
			strings.Replace(around, "http://h/", "REPLACE_WITH_ACTUAL_URL", 1), "",
			"warning[WEFT_CONTRACT]: the address \"REPLACE_WITH_ACTUAL_URL\" of port \"P\" cannot be called: give `address` in the source, or `override_url` in the configuration",
		},
		"an address of the source's": {strings.Replace(around, "http://h/", "", 1), "{$config.address}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			soap := &datasources.SOAPSource{WSDL: "a.wsdl", Files: datasources.FolderOf(fstest.MapFS{"a.wsdl": &fstest.MapFile{Data: []byte(c.contract)}}, ".")}
			if c.address != "" {
				soap.Address = template(t, c.address)
			}
			s, err := Open(t.Context(), datasources.Settings{Kind: datasources.SOAP, Name: "test.soap", SOAP: soap})
			if err != nil {
				t.Fatal(explain(err))
			}
			defer s.Close()
			got := ""
			if notes := diag.List(datasources.NotesOf(s)); len(notes) > 0 {
				got = notes.Error()
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}
