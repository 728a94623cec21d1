package grpc

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
)

// found binds a connector and returns what is wrong with it, at offsets of the mapping or "method".
func found(t *testing.T, s *source, method, message, selection string, edit func(*datasources.Connector)) string {
	t.Helper()
	c := datasources.Connector{
		GRPC: &datasources.GRPCConnector{
			Method: method, MethodAt: diag.Span{File: "method"}, Message: parse(t, message),
		},
		Selection: parse(t, selection),
		Locate: func(m *mapping.Mapping, offset, end int) diag.Span {
			return diag.Span{File: strings.ReplaceAll(m.Text()[offset:end], "\n", " ")}
		},
	}
	if edit != nil {
		edit(&c)
	}
	b, list := s.Bind(c)
	if (b == nil) != diag.List(list).HasErrors() {
		t.Errorf("binding %v with %v", b, list)
	}
	lines := make([]string, len(list))
	for i, d := range list {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

func TestMethodsThatCannotBeCalledAreRefused(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, shippingSource(t), Options{})
	for method, want := range map[string]string{
		"shipping.v1.Shipping/GetShipment": "",
		"shipping.v1.Shipping/GetShipmnt": `method: error[WEFT_GRPC_METHOD]: service "shipping.v1.Shipping" has no method "GetShipmnt"` +
			`; did you mean "shipping.v1.Shipping/GetShipment"?`,
		"shipping.v1.Shiping/Ping": `method: error[WEFT_GRPC_METHOD]: the contract has no service "shipping.v1.Shiping"; did you mean "shipping.v1.Shipping/Ping"?`,
		"Shipping/Ping":            `method: error[WEFT_GRPC_METHOD]: the contract has no service "Shipping"; did you mean "shipping.v1.Shipping/Ping"?`,
		"shipping.v1.Shipment/Get": `method: error[WEFT_GRPC_METHOD]: the contract has no service "shipping.v1.Shipment"; did you mean "shipping.v1.Shipping/Get"?`,
		"x.Y/Z":                    `method: error[WEFT_GRPC_METHOD]: the contract has no service "x.Y"`,
		"shipping.v1.Shipping/Upload": `method: error[WEFT_UNSUPPORTED]: method "shipping.v1.Shipping/Upload" takes a stream of requests, ` +
			`and a connector has one to send`,
		"shipping.v1.Shipping/Talk": `method: error[WEFT_UNSUPPORTED]: method "shipping.v1.Shipping/Talk" streams in both directions, ` +
			`and a connector has one request to send`,
	} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(want, found(t, s, method, "", "x: $(1)", nil)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestContractWithoutServicesSaysSo(t *testing.T) {
	t.Parallel()
	g := shippingSource(t)
	g.Files = contractFiles(map[string]string{"shipping.proto": `syntax = "proto3"; message A {}`})
	s := openSource(t, datasources.Settings{}, g, Options{})
	if d := cmp.Diff("method: error[WEFT_GRPC_METHOD]: the contract has no services", found(t, s, "a.B/C", "", "x: $(1)", nil)); d != "" {
		t.Error(d)
	}
}

func TestMessageMappingIsHeldAgainstTheInput(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, matrixSource(t), Options{})
	for message, want := range map[string]string{
		`$args.input`: "",
		`$([])`:       `$([]): error[WEFT_GRPC_MESSAGE]: the method's input is a message (matrix.v1.Everything), and the mapping gives a list`,
		`$("x")`:      `$("x"): error[WEFT_GRPC_MESSAGE]: the method's input is a message (matrix.v1.Everything), and the mapping gives a string`,
		`aString: $args.a an_int32: $args.b maybeBool: $(true) strings: $(["a"])`: "",
		`aStrin: $args.a`: `aStrin: error[WEFT_GRPC_MESSAGE]: message "matrix.v1.Everything" has no field "aStrin"; did you mean "aString"?`,
		`nested: { children: { aBool: $args.a } }`: `{ aBool: $args.a }: error[WEFT_GRPC_MESSAGE]: field "nested.children" is repeated, ` +
			`and the mapping gives an object`,
		`nested: { children: $([{ no: $args.a }]) }`: `no: error[WEFT_GRPC_MESSAGE]: message "matrix.v1.Everything" has no field "no" (at "nested.children")`,
		`aString: $args.a a_string: $args.b`:         `a_string: error[WEFT_GRPC_MESSAGE]: field "a_string" is set twice, as "a_string" and as "aString"`,
		`anInt32: $("x")`:                            `$("x"): error[WEFT_GRPC_MESSAGE]: field "an_int32": expected a 32-bit integer but got the string "x"`,
		`int64s: $([1, "x"])`:                        ``,
		`aColor: $("COLOR_BLU")`: `$("COLOR_BLU"): error[WEFT_GRPC_MESSAGE]: field "a_color": expected a value of enum matrix.v1.Color ` +
			`but got the string "COLOR_BLU"; did you mean "COLOR_BLUE"?`,
		`aString: $(null)`:                "",
		`aString: { a: $args.a }`:         `{ a: $args.a }: error[WEFT_GRPC_MESSAGE]: field "a_string" is a string, and the mapping gives an object`,
		`nested: $(1)`:                    `$(1): error[WEFT_GRPC_MESSAGE]: field "nested" is a message (matrix.v1.Everything), and the mapping gives a number`,
		`byString: { anything: $(true) }`: `$(true): error[WEFT_GRPC_MESSAGE]: field "by_string.anything": expected a string but got true`,
		`struct: { anything: $(true) } value: $(1) any: $args.a`: "",
		`timestamp: $("yesterday")`: `$("yesterday"): error[WEFT_GRPC_MESSAGE]: field "timestamp": expected a timestamp such as "2025-03-01T12:00:00Z" ` +
			`but got the string "yesterday"`,
		`timestamp: { seconds: $args.a }`: `{ seconds: $args.a }: error[WEFT_GRPC_MESSAGE]: field "timestamp" is ` +
			`a timestamp such as "2025-03-01T12:00:00Z", and the mapping gives an object`,
		`int64Value: $("x")`:      `$("x"): error[WEFT_GRPC_MESSAGE]: field "int64_value": expected a 64-bit integer but got the string "x"`,
		`legacy: { count: $(1) }`: `{ count: $(1) }: error[WEFT_GRPC_MESSAGE]: field "legacy.id" is required and not set`,
	} {
		t.Run(message, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(want, found(t, s, "matrix.v1.Matrix/Echo", message, "x: aString", nil)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestMissingMessageIsTheEmptyOne(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, matrixSource(t), Options{})
	if got := found(t, s, "matrix.v1.Matrix/Echo", "", "x: aString", nil); got != "" {
		t.Error(got)
	}
	want := `method: error[WEFT_GRPC_MESSAGE]: the method needs a message: id: it is required and not set`
	if d := cmp.Diff(want, found(t, s, "matrix.v1.Matrix/EchoLegacy", "", "x: id", nil)); d != "" {
		t.Error(d)
	}
}

func TestSelectionIsHeldAgainstTheOutput(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, matrixSource(t), Options{})
	for selection, want := range map[string]string{
		`$`: "",
		`a: aString b: a_string c: nested.children.aBool d: $.children->first.anInt32`: "",
		`a: aStrin`:                   `aStrin: error[WEFT_GRPC_SELECTION]: message "matrix.v1.Everything" has no field "aStrin"; did you mean "aString"?`,
		`$.nested { b: no }`:          `no: error[WEFT_GRPC_SELECTION]: message "matrix.v1.Everything" has no field "no" (at "nested")`,
		`a: nested->match([@.no, 1])`: `no: error[WEFT_GRPC_SELECTION]: message "matrix.v1.Everything" has no field "no" (at "nested")`,
		`a: aString.length`:           `length: error[WEFT_GRPC_SELECTION]: field "a_string" is a string and has no property "length"`,
		`a: aColor.name`:              `name: error[WEFT_GRPC_SELECTION]: field "a_color" is an enum (matrix.v1.Color) and has no property "name"`,
		`a: byInt32.x.aString`:        "",
		`a: byInt32.x.no`:             `no: error[WEFT_GRPC_SELECTION]: message "matrix.v1.Everything" has no field "no" (at "by_int32.x")`,
		`a: timestamp.seconds`: `seconds: error[WEFT_GRPC_SELECTION]: field "timestamp" is a string in JSON (google.protobuf.Timestamp) ` +
			`and has no property "seconds"`,
		`a: stringValue.value`: `value: error[WEFT_GRPC_SELECTION]: field "string_value" is a string and has no property "value"`,
		`a: struct.any.thing b: value.x c: any.x d: listValue.x`: "",
		`a: legacy."[matrix.v1.note]"`:                           "",
		`a: $args.x b: $status c: $response.headers.x`:           "",
	} {
		t.Run(selection, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(want, found(t, s, "matrix.v1.Matrix/Echo", "", selection, nil)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestFailureObjectIsReadableWhereIsSuccessLetsItPass(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, shippingSource(t), Options{})
	const method, selection = "shipping.v1.Shipping/GetShipment", "status reason: message"
	if got := found(t, s, method, "", selection, nil); got == "" {
		t.Error("there is no such field")
	}
	got := found(t, s, method, "", selection, func(c *datasources.Connector) { c.IsSuccess = parse(t, "$status->lt(6)") })
	if got != "" {
		t.Error(got)
	}
}

func TestErrorsMappingsAreNotHeldAgainstTheOutput(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, shippingSource(t), Options{})
	got := found(t, s, "shipping.v1.Shipping/GetShipment", "", "status", func(c *datasources.Connector) {
		c.ErrorsMessage, c.ErrorsExtensions = parse(t, "message"), parse(t, "code details")
	})
	if got != "" {
		t.Error(got)
	}
}
