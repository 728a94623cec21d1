package shop

import (
	"bytes"
	"encoding/xml"
	"errors"
	"net/http"
)

// xmlWriter writes the one child of a Body. Its names are those of billing.xsd,
// which is the default namespace.
type xmlWriter struct{ buf bytes.Buffer }

// open begins an element; attributes come as names and values in turn.
func (w *xmlWriter) open(name string, attributes ...string) {
	w.buf.WriteString("<" + name)
	for i := 0; i+1 < len(attributes); i += 2 {
		w.buf.WriteString(" " + attributes[i] + `="`)
		w.text(attributes[i+1])
		w.buf.WriteString(`"`)
	}
	w.buf.WriteString(">")
}

func (w *xmlWriter) close(name string) { w.buf.WriteString("</" + name + ">") }

func (w *xmlWriter) text(text string) { _ = xml.EscapeText(&w.buf, []byte(text)) } // a buffer takes everything

// leaf writes an element with text.
func (w *xmlWriter) leaf(name, text string, attributes ...string) {
	w.open(name, attributes...)
	w.text(text)
	w.close(name)
}

// null writes an element that is nil.
func (w *xmlWriter) null(name string) {
	w.open(name, "xsi:nil", "true")
	w.close(name)
}

// envelope puts what was written into an envelope. There is no XML declaration: UTF-8
// is the default, and the type says it, too.
func (w *xmlWriter) envelope() []byte {
	var out bytes.Buffer
	out.WriteString(`<soap:Envelope xmlns:soap="` + soapSpace + `" xmlns:xsi="` + xsiSpace + `"><soap:Body>`)
	out.Write(w.buf.Bytes())
	out.WriteString("</soap:Body></soap:Envelope>")
	return out.Bytes()
}

// faultCode is a code of SOAP 1.1, section 4.4.1.
type faultCode string

const (
	faultClient  faultCode = "Client"
	faultServer  faultCode = "Server"
	faultVersion faultCode = "VersionMismatch"
	faultHeader  faultCode = "MustUnderstand"
)

// faultReason is the machine-readable half of a detail.
type faultReason string

const (
	reasonInvalid     faultReason = "INVALID_REQUEST"
	reasonNotFound    faultReason = "NOT_FOUND"
	reasonAlreadyPaid faultReason = "ALREADY_PAID"
	reasonWrongAmount faultReason = "WRONG_AMOUNT"
)

// soapFault is an error that is answered as a Fault.
type soapFault struct {
	code    faultCode
	text    string
	reason  faultReason // "" is a Fault without detail
	element string      // where in the request the mistake is, if it is in one place
}

// Error implements error.
func (f *soapFault) Error() string { return f.text }

// faultReply makes the answer of an error, which by SOAP 1.1, section 6.2, has the
// status 500 whoever is to blame.
func faultReply(err error) reply {
	var fault *soapFault
	if !errors.As(err, &fault) {
		fault = &soapFault{code: faultServer, text: "the answer cannot be written"}
	}
	var w xmlWriter
	w.open("soap:Fault")
	w.leaf("faultcode", "soap:"+string(fault.code))
	w.leaf("faultstring", fault.text)
	if fault.reason != "" {
		w.open("detail")
		w.open("InvoiceFault", "xmlns", typesSpace)
		w.leaf("code", string(fault.reason))
		w.leaf("message", fault.text)
		if fault.element != "" {
			w.leaf("element", fault.element)
		}
		w.close("InvoiceFault")
		w.close("detail")
	}
	w.close("soap:Fault")
	return reply{
		status: http.StatusInternalServerError,
		code:   string(fault.code),
		header: xmlHeader(),
		body:   w.envelope(),
	}
}
