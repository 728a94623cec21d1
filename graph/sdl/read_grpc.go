package sdl

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
)

// grpcSource reads `@source.grpc`.
func (r *textReader) grpcSource(v *ast.Value) *datasources.GRPCSource {
	s := &datasources.GRPCSource{
		Address:       r.grpcAddress(child(v, "address")),
		Proto:         r.paths(child(v, "proto")),
		ImportPaths:   r.paths(child(v, "importPaths")),
		DescriptorSet: r.path(child(v, "descriptorSet")),
		Metadata:      r.metadata(child(v, "metadata")),
		ErrorDetails:  r.detailTypes(child(v, "errorDetails")),
		Files:         r.d.contracts,

		StripEnumPrefixes: isTrue(child(v, "stripEnumPrefixes")),
	}
	switch set, proto := child(v, "descriptorSet"), child(v, "proto"); {
	case set != nil && proto != nil:
		r.errorf(codeGraphQL, set.Position, `a gRPC source has only one of "proto" and "descriptorSet"`)
	case proto == nil && child(v, "importPaths") != nil:
		r.errorf(codeGraphQL, child(v, "importPaths").Position, `"importPaths" has a meaning only with "proto"`)
	}
	return s
}

// grpcConnector reads `@connect.grpc`.
func (r *textReader) grpcConnector(c *readConnector, v *ast.Value) *datasources.GRPCConnector {
	call := &datasources.GRPCConnector{
		Message:      r.mapping(child(v, "message"), codeMessage, phaseRequest),
		Metadata:     r.metadata(child(v, "metadata")),
		ErrorDetails: r.detailTypes(child(v, "errorDetails")),
	}
	method := child(v, "method")
	if text, ok := r.text(method); ok {
		call.Method, call.MethodAt = text.String(), text.Whole()
		if service, name, ok := strings.Cut(call.Method, "/"); !ok || service == "" || name == "" || strings.Contains(name, "/") {
			c.isBroken = true
			r.diags.add(diag.Diagnostic{
				Code: codeGRPCMethod, Span: call.MethodAt, Nearest: nearestMethod(call.Method),
				Message: fmt.Sprintf(`%q is no method of a service: write "package.Service/Method"`, call.Method),
			})
		}
	}
	if most := child(v, "maxMessages"); most != nil {
		n, err := strconv.Atoi(most.Raw)
		if err != nil || n <= 0 {
			c.isBroken = true
			r.errorf(codeGraphQL, most.Position, "maxMessages must be a positive number")
		}
		call.MaxMessages = n
	}
	c.isBroken = c.isBroken || call.Method == ""
	c.Request = call.Describe()
	return call
}

// grpcAddress reads the address of a gRPC source.
func (r *textReader) grpcAddress(v *ast.Value) *mapping.Template {
	before := r.diags.errors
	t := r.address(v, "grpc://", "grpcs://", "dns:///")
	if t == nil || hasHoles(t) || r.diags.errors > before {
		return t
	}
	text, _ := r.text(v)
	if _, err := datasources.ParseGRPCAddress(text.String()); err != nil {
		r.wrongURLf(codeAddress, text.Whole(), "%v", err)
	}
	return t
}

// nearestMethod is how a method is written here that is in the form of HTTP paths or of other tools, or "".
func nearestMethod(text string) string {
	text = strings.Trim(text, "/")
	if dot := strings.LastIndexByte(text, '.'); dot > 0 && !strings.Contains(text, "/") {
		text = text[:dot] + "/" + text[dot+1:]
	}
	if strings.Count(text, "/") != 1 || strings.HasSuffix(text, "/") {
		return ""
	}
	return text
}

// address reads the address of a source, which may use `$config` and `$env`.
func (r *textReader) address(v *ast.Value, schemes ...string) *mapping.Template {
	t := r.template(v, codeAddress, phaseURL)
	if t == nil {
		return nil
	}
	prefix := constantPrefix(t)
	for _, scheme := range schemes {
		if rest, ok := strings.CutPrefix(prefix, scheme); ok && (rest != "" || hasHoles(t)) {
			return t
		}
	}
	if prefix == "" && hasHoles(t) {
		return t // the scheme is the variable's
	}
	text, _ := r.text(v)
	r.wrongURLf(codeAddress, text.Whole(), "%q is no address: it begins with %s, and a host follows", text.String(), strings.Join(schemes, " or "))
	return t
}

// metadata reads header mappings as metadata, whose names are stricter than those of headers.
func (r *textReader) metadata(v *ast.Value) []datasources.Header {
	for _, item := range itemsOf(v) {
		name := child(item.Value, "name")
		if !isString(name) || !isHeaderName(name.Raw) {
			continue // reported elsewhere
		}
		var reason string
		switch lower := strings.ToLower(name.Raw); {
		case strings.HasPrefix(lower, "grpc-"):
			reason = "names that begin with grpc- belong to gRPC"
		case lower == "content-type" || lower == "user-agent" || lower == "host":
			reason = "it is set by the server alone"
		case strings.ContainsAny(lower, "!#$%&'*+^`|~"):
			reason = "its name may have letters, digits, - _ and ."
		default:
			continue
		}
		r.isBroken = true
		r.errorf(codeMetadata, name.Position, "metadata %q cannot be set: %s", name.Raw, reason)
	}
	headers := r.headers(v)
	for _, item := range itemsOf(v) {
		r.checkBinary(child(item.Value, "name"), child(item.Value, "value"))
	}
	return headers
}

// checkBinary checks metadata that is bytes, if it does not depend on anything.
func (r *textReader) checkBinary(name, v *ast.Value) {
	if !isString(name) || !isString(v) || !strings.HasSuffix(strings.ToLower(name.Raw), "-bin") || strings.Contains(v.Raw, "{") {
		return
	}
	text := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(v.Raw, "="))
	if _, err := base64.RawStdEncoding.DecodeString(text); err != nil {
		r.isBroken = true
		r.errorf(codeMetadata, v.Position, "metadata %q is bytes, and %q is not base64", name.Raw, v.Raw)
	}
}

// detailTypes reads names of types of details; nil for an argument that is absent.
func (r *textReader) detailTypes(v *ast.Value) []datasources.DetailType {
	if v == nil || v.Kind == ast.NullValue {
		return nil
	}
	types := []datasources.DetailType{}
	for _, item := range itemsOf(v) {
		if text, ok := r.text(item.Value); ok {
			types = append(types, datasources.DetailType{Name: text.String(), At: text.Whole()})
		}
	}
	return types
}

// paths reads a path or a list of them.
func (r *textReader) paths(v *ast.Value) []string {
	var paths []string
	for _, item := range itemsOf(v) {
		if p := r.path(item.Value); p != "" {
			paths = append(paths, p)
		}
	}
	return paths
}

// path reads a path to a contract.
func (r *textReader) path(v *ast.Value) string {
	text, ok := r.text(v)
	if !ok {
		return ""
	}
	if text.String() == "" {
		r.isBroken = true
		r.diags.Errorf(codeNotRead, text.Whole(), "the path is empty")
	}
	return text.String()
}
