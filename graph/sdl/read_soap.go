package sdl

import (
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
)

// soapSource reads `@source.soap`.
func (r *textReader) soapSource(v *ast.Value) *datasources.SOAPSource {
	s := &datasources.SOAPSource{
		WSDL:        r.path(child(v, "wsdl")),
		Service:     r.name(child(v, "service")),
		Port:        r.name(child(v, "port")),
		HTTPHeaders: r.headers(child(v, "httpHeaders")),
		Headers:     r.mapping(child(v, "headers"), codeMessage, phaseRequest),
		Security:    r.security(child(v, "security")),
		Files:       r.d.contracts,
	}
	if asked := child(v, "addressing"); asked != nil {
		yes := isTrue(asked)
		s.Addressing = &yes
	}
	if address := child(v, "address"); address != nil {
		s.Address = r.address(address, "http://", "https://")
	}
	return s
}

// security reads `@source.soap.security`; nil when it is absent.
func (r *textReader) security(v *ast.Value) *datasources.SOAPSecurity {
	if v == nil {
		return nil
	}
	username, password, timestamp := child(v, "username"), child(v, "password"), child(v, "timestamp")
	s := &datasources.SOAPSecurity{
		Username: r.template(username, codeMessage, phaseURL),
		Password: r.template(password, codeMessage, phaseURL),
		Digest:   isTrue(child(v, "digest")),
	}
	switch {
	case username == nil && password != nil:
		r.errorf(codeMessage, password.Position, `a password needs a "username"`)
	case username != nil && password == nil && s.Digest:
		r.errorf(codeMessage, username.Position, `a digest needs a "password"`)
	case username == nil && s.Digest:
		r.errorf(codeMessage, v.Position, `a digest needs a "username" and a "password"`)
	case username == nil && timestamp == nil:
		r.errorf(codeMessage, v.Position, `"security" needs a "username" with a "password", a "timestamp", or both`)
	}
	if text, ok := r.text(timestamp); ok {
		var err error
		if s.Timestamp, err = time.ParseDuration(text.String()); err != nil || s.Timestamp <= 0 {
			r.isBroken = true
			r.diags.Errorf(codeMessage, text.Whole(), "%q is no time span: write one such as \"5m\" or \"90s\"", text.String())
		}
	}
	return s
}

// soapConnector reads `@connect.soap`.
func (r *textReader) soapConnector(c *readConnector, v *ast.Value) *datasources.SOAPConnector {
	call := &datasources.SOAPConnector{
		Message:     r.mapping(child(v, "message"), codeMessage, phaseRequest),
		HTTPHeaders: r.headers(child(v, "httpHeaders")),
		Headers:     r.mapping(child(v, "headers"), codeMessage, phaseRequest),
	}
	if text, ok := r.text(child(v, "operation")); ok {
		if call.Operation, call.OperationAt = text.String(), text.Whole(); call.Operation == "" {
			r.diags.Errorf(codeSOAPOperation, call.OperationAt, "the name of an operation cannot be empty")
		}
	}
	if text, ok := r.text(child(v, "action")); ok {
		call.Action = text.String()
		if strings.ContainsFunc(call.Action, func(c rune) bool { return c < ' ' || c == '"' || c == 0x7F }) {
			c.isBroken = true
			r.diags.Errorf(codeMessage, text.Whole(), "an action cannot contain quotation marks or control characters")
		}
	}
	c.isBroken = c.isBroken || call.Operation == ""
	c.Request = call.Describe()
	return call
}

// name reads a name of a WSDL, which is compared as it is.
func (r *textReader) name(v *ast.Value) string {
	text, _ := r.text(v)
	return text.String()
}
