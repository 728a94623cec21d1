package shop

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// Names of the billing service, as billing.wsdl and billing.xsd have them.
const (
	billingPath  = "/billing"
	billingSpace = "http://shop.example/billing"
	typesSpace   = "http://shop.example/billing/types"
	writtenAt    = "http://localhost:4003/billing" // the address in billing.wsdl
	xmlType      = "text/xml"
	maxMessage   = 256 << 10 // bytes; a batch of 1000 keys has a quarter of it
)

// billing implements the operations of billing.wsdl.
type billing struct {
	store *store
	now   func() time.Time
}

// operation answers the body of one kind of request.
type operation func(*fields) (*xmlWriter, error)

func (b billing) operations() map[string]operation {
	return map[string]operation{
		"GetInvoice":  b.getInvoice,
		"GetInvoices": b.getInvoices,
		"PayInvoice":  b.payInvoice,
	}
}

// BillingHandler is the SOAP 1.1 service of billing.wsdl at /billing, which also
// serves its contract at ?wsdl and ?xsd, with the address that it was asked at.
// Every envelope is logged.
func (s *Service) BillingHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+billingPath, func(w http.ResponseWriter, r *http.Request) { showContract(r).send(w) })
	mux.HandleFunc("POST "+billingPath, s.serveSOAP)
	return mux
}

// showContract answers ?wsdl and ?xsd.
func showContract(r *http.Request) reply {
	var name string
	switch strings.ToLower(r.URL.RawQuery) { // some clients write ?WSDL
	case "wsdl":
		name = "billing.wsdl"
	case "xsd":
		name = "billing.xsd"
	default:
		return plainText(http.StatusMethodNotAllowed, "Send a SOAP envelope by POST; the contract is at ?wsdl.").
			with("Allow", http.MethodPost)
	}
	text, err := files.ReadFile(path.Join("schema", name))
	if err != nil {
		return plainText(http.StatusInternalServerError, "The contract cannot be read.")
	}
	var here bytes.Buffer
	_ = xml.EscapeText(&here, []byte("http://"+r.Host+billingPath)) // a buffer takes everything
	text = bytes.ReplaceAll(text, []byte(writtenAt), here.Bytes())
	text = bytes.ReplaceAll(text, []byte(`schemaLocation="billing.xsd"`), fmt.Appendf(nil, `schemaLocation="%s?xsd"`, here.Bytes()))
	return reply{status: http.StatusOK, header: http.Header{"Content-Type": {xmlType + "; charset=utf-8"}}, body: text}
}

func plainText(status int, text string) reply {
	return reply{status: status, header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, body: []byte(text + "\n")}
}

func (s *Service) serveSOAP(w http.ResponseWriter, r *http.Request) {
	in, answer := s.readSOAP(r)
	s.handle(w, r, in, answer)
}

// readSOAP reads a request and says how to answer it. The body is read before
// anything else happens, because the operation is in it.
func (s *Service) readSOAP(r *http.Request) (incoming, func() reply) {
	in := incoming{
		call:   Call{Backend: Billing, Method: r.Method, Path: r.URL.RequestURI()},
		target: billingPath,
		format: xmlFormat{},
	}
	if !isEnvelopeType(r.Header.Get("Content-Type")) {
		return in, func() reply {
			return plainText(http.StatusUnsupportedMediaType, "Expected a SOAP 1.1 envelope of type text/xml in UTF-8.")
		}
	}
	request, err := readEnvelope(http.MaxBytesReader(nil, r.Body, maxMessage))
	if err != nil {
		return in, func() reply { return faultReply(err) }
	}
	operate, found := billing{store: s.store, now: s.now}.operations()[request.name.Local]
	if request.name.Space != typesSpace || !found {
		return in, func() reply {
			return faultReply(invalidRequest("", "there is no operation for the element %s", request.spelled()))
		}
	}
	in.call.Method = request.name.Local
	in.call.Keys = request.keys()
	in.target = billingPath + "/" + request.name.Local
	return in, func() reply {
		if err := checkAction(r.Header.Values("SOAPAction"), request.name.Local); err != nil {
			return faultReply(err)
		}
		answered, err := operate(contentOf(request))
		if err != nil {
			return faultReply(err)
		}
		return reply{status: http.StatusOK, header: xmlHeader(), body: answered.envelope()}
	}
}

func isEnvelopeType(contentType string) bool {
	kind, parameters, err := mime.ParseMediaType(contentType)
	return err == nil && kind == xmlType && (parameters["charset"] == "" || strings.EqualFold(parameters["charset"], "utf-8"))
}

func xmlHeader() http.Header { return http.Header{"Content-Type": {xmlType + "; charset=utf-8"}} }

// checkAction compares the SOAPAction header with the operation's. SOAP 1.1,
// section 6.1.1: an HTTP client must send it.
func checkAction(values []string, operation string) error {
	if len(values) != 1 {
		return invalidRequest("", "expected one SOAPAction header but got %d", len(values))
	}
	action := strings.TrimSpace(values[0])
	if len(action) >= 2 && action[0] == '"' && action[len(action)-1] == '"' {
		action = action[1 : len(action)-1]
	}
	if want := billingSpace + "/" + operation; action != want {
		return invalidRequest("", "expected the SOAPAction %q but got %q", want, action)
	}
	return nil
}

// keys are what a request asks for, before anything is checked: for the call log.
func (e *element) keys() []string {
	var keys []string
	for _, child := range e.children {
		if child.name.Local == "orderId" || child.name.Local == "number" {
			keys = append(keys, strings.TrimSpace(child.text))
		}
	}
	return keys
}

// readEnvelope returns the child of the Body. The error is a *soapFault.
func readEnvelope(body io.Reader) (*element, error) {
	root, err := parseXML(body)
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, invalidRequest("", "expected at most %d bytes", tooLarge.Limit)
		}
		return nil, invalidRequest("", "the request is no SOAP message: %s", err)
	}
	return openEnvelope(root)
}
