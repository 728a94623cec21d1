package grpc

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping/form"
)

// args gives the form of each argument; arguments that are not in the map are anything.
func args(forms map[string]form.Form) func(name string) form.Form {
	return func(name string) form.Form {
		if name != "args" {
			return form.Of(form.Unknown)
		}
		return form.ObjectOf(func(name string) (form.Form, bool) {
			f, ok := forms[name]
			if !ok {
				f = form.Of(form.Unknown)
			}
			return f, true
		})
	}
}

func TestGraphQLTypesAreHeldAgainstTheInput(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, matrixSource(t), Options{})
	input := func(name string, fields map[string]form.Form, names ...string) form.Form {
		return form.ClosedObjectOf(func(name string) (form.Form, bool) {
			f, ok := fields[name]
			return f, ok
		}, func() []string { return names }).Named(name)
	}
	var deep form.Form
	deep = input("Deep", nil, "nested")
	deep = form.ClosedObjectOf(func(string) (form.Form, bool) { return deep.Optional(), true }, func() []string { return []string{"nested"} }).Named("Deep")
	forms := map[string]form.Form{
		"flag":    form.Of(form.Bool).Named("Boolean").Optional(),
		"count":   form.Of(form.Int).Named("Int"),
		"price":   form.Of(form.Int | form.Float).Named("Float"),
		"text":    form.Of(form.String).Named("String").Optional(),
		"id":      form.Of(form.String | form.Int).Named("ID"),
		"counts":  form.ListOf(form.Of(form.Int).Named("Int")).Optional(),
		"flags":   form.ListOf(form.Of(form.Bool).Named("Boolean")),
		"any":     form.Of(form.Unknown).Named("JSON"),
		"color":   form.OneOf([]string{"COLOR_RED", "COLOR_PURPLE"}).Named("Color"),
		"short":   form.OneOf([]string{"RED", "BLUE"}).Named("Short").Optional(),
		"wrong":   form.OneOf([]string{"COLOR_REDD"}).Named("Wrong"),
		"choice":  input("Choice", map[string]form.Form{"oneString": form.Of(form.String).Optional(), "oneInt32": form.Of(form.Int).Optional()}, "oneString", "oneInt32"),
		"input":   input("Input", map[string]form.Form{"aString": form.Of(form.Bool).Named("Boolean"), "nope": form.Of(form.Bool)}, "aString", "nope"),
		"deep":    deep,
		"message": input("Message", map[string]form.Form{"nested": input("Inner", map[string]form.Form{"strings": form.Of(form.String)}, "strings")}, "nested"),
	}
	for message, want := range map[string]string{
		`aString: $args.count an_int64: $args.id aDouble: $args.text aColor: $args.text aFloat: $args.price anInt32: $args.price`: "",
		`aString: $args.any strings: $args.any nested: $args.any byString: $args.any struct: $args.any`:                           "",
		`aString: $args.flag`:   `$args.flag: error[WEFT_GRPC_MESSAGE]: field "a_string" is a string, and the mapping gives a boolean (Boolean)`,
		`aBool: $args.text`:     `$args.text: error[WEFT_GRPC_MESSAGE]: field "a_bool" is a bool, and the mapping gives a string (String)`,
		`aBool: $args.count`:    `$args.count: error[WEFT_GRPC_MESSAGE]: field "a_bool" is a bool, and the mapping gives a number (Int)`,
		`anInt64: $args.flag`:   `$args.flag: error[WEFT_GRPC_MESSAGE]: field "an_int64" is an int64, and the mapping gives a boolean (Boolean)`,
		`aBytes: $args.count`:   `$args.count: error[WEFT_GRPC_MESSAGE]: field "a_bytes" is bytes (base64), and the mapping gives a number (Int)`,
		`anInt32: $args.counts`: `$args.counts: error[WEFT_GRPC_MESSAGE]: field "an_int32" is not repeated, and the mapping gives a list`,
		`int64s: $args.count`:   `$args.count: error[WEFT_GRPC_MESSAGE]: field "int64s" is repeated, and the mapping gives a number (Int)`,
		`int64s: $args.flags`:   `$args.flags: error[WEFT_GRPC_MESSAGE]: field "int64s" is an int64, and the mapping gives a boolean (Boolean)`,
		`int64s: $args.counts strings: $args.counts children: $args.counts->map({ anInt32: @ })`: "",
		`aString: $args.text->eq("x")`:    `$args.text->eq("x"): error[WEFT_GRPC_MESSAGE]: field "a_string" is a string, and the mapping gives a boolean`,
		`aBool: $args.text->eq("x")`:      "",
		`anInt32: $args.counts->first`:    "",
		`aBool: $args.text ?? $args.flag`: "",
		`aColor: $args.price`:             "",
		`aColor: $args.flag`:              `$args.flag: error[WEFT_GRPC_MESSAGE]: field "a_color" is an enum (matrix.v1.Color), and the mapping gives a boolean (Boolean)`,
		`aColor: $args.color`:             `$args.color: warning[WEFT_GRPC_MESSAGE]: field "a_color": the enum matrix.v1.Color lacks COLOR_PURPLE of Color`,
		`aColor: $args.wrong`:             `$args.wrong: error[WEFT_GRPC_MESSAGE]: field "a_color": the enum matrix.v1.Color lacks COLOR_REDD of Wrong; did you mean "COLOR_RED"?`,
		`aColor: $args.short`:             `$args.short: error[WEFT_GRPC_MESSAGE]: field "a_color": the enum matrix.v1.Color lacks RED, BLUE of Short`,
		`timestamp: $args.count`:          `$args.count: error[WEFT_GRPC_MESSAGE]: field "timestamp" is a timestamp such as "2025-03-01T12:00:00Z", and the mapping gives a number (Int)`,
		`timestamp: $args.text`:           "",
		`int64Value: $args.flag`:          `$args.flag: error[WEFT_GRPC_MESSAGE]: field "int64_value" is an int64, and the mapping gives a boolean (Boolean)`,
		`struct: $args.count`:             `$args.count: error[WEFT_GRPC_MESSAGE]: field "struct" is an object, and the mapping gives a number (Int)`,
		`listValue: $args.count`:          `$args.count: error[WEFT_GRPC_MESSAGE]: field "list_value" is a list, and the mapping gives a number (Int)`,
		`listValue: $args.counts value: $args.counts valueMap: { a: $args.counts }`: "",
		`byString: $args.text`:                                `$args.text: error[WEFT_GRPC_MESSAGE]: field "by_string" is a map, and the mapping gives a string (String)`,
		`byString: { a: $args.flag }`:                         `$args.flag: error[WEFT_GRPC_MESSAGE]: field "by_string.a" is a string, and the mapping gives a boolean (Boolean)`,
		`byInt32: { a: $args.any }`:                           `a: error[WEFT_GRPC_MESSAGE]: field "by_int32" has keys of another type: expected a 32-bit integer but got the string "a"`,
		`byBool: { true: $args.any }`:                         "",
		`nested: $args.count`:                                 `$args.count: error[WEFT_GRPC_MESSAGE]: field "nested" is a message (matrix.v1.Everything), and the mapping gives a number (Int)`,
		`$args.count`:                                         `$args.count: error[WEFT_GRPC_MESSAGE]: the method's input is a message (matrix.v1.Everything), and the mapping gives a number (Int)`,
		`...$args.choice`:                                     "",
		`...$args.choice aString: $args.text`:                 "",
		`$args.deep`:                                          "",
		`oneString: $args.text oneInt32: $args.counts->first`: "",
		`oneString: "x" oneInt32: $args.count`:                `oneInt32: error[WEFT_GRPC_MESSAGE]: only one of "one_string" and "one_int32" can be set, and the mapping sets both`,
		`nested: { oneMessage: { aBool: true } oneWrapper: "x" }`: `oneWrapper: error[WEFT_GRPC_MESSAGE]: only one of "nested.one_message" and ` +
			`"nested.one_wrapper" can be set, and the mapping sets both`,
		`$args.input`: `$args.input: error[WEFT_GRPC_MESSAGE]: field "a_string" is a string, and the mapping gives a boolean (Boolean)` + "\n" +
			`$args.input: error[WEFT_GRPC_MESSAGE]: message "matrix.v1.Everything" has no field "nope", which the input type Input has`,
		`nested: { ...$args.input }`: `{ ...$args.input }: error[WEFT_GRPC_MESSAGE]: field "nested.a_string" is a string, and the mapping gives a boolean (Boolean)` + "\n" +
			`{ ...$args.input }: error[WEFT_GRPC_MESSAGE]: message "matrix.v1.Everything" has no field "nope" (at "nested")`,
		`$args.message`: `$args.message: error[WEFT_GRPC_MESSAGE]: field "nested.strings" is repeated, and the mapping gives a string`,
		`any: { "@type": "x/matrix.v1.Editions" explicit: $args.text }`: "",
		`any: { "@type": "x/matrix.v1.Editions" explicit: $args.flag }`: `$args.flag: error[WEFT_GRPC_MESSAGE]: field "any.explicit" is a string, and the mapping gives a boolean (Boolean)`,
		`any: { "@type": "x/matrix.v1.Edition" }`:                       `"x/matrix.v1.Edition": error[WEFT_GRPC_MESSAGE]: the contract has no message "x/matrix.v1.Edition"`,
		`any: { "@type": "x/google.protobuf.Duration" value: "1" }`:     `"1": error[WEFT_GRPC_MESSAGE]: field "any.value": expected a duration such as "1.5s" but got the string "1"`,
		`any: { "@type": "x/google.protobuf.Duration" seconds: 1 }`:     `seconds: error[WEFT_GRPC_MESSAGE]: field "any" is an Any of google.protobuf.Duration, which has "@type" and "value" and nothing else`,
		`any: { explicit: "x" }`:                                        `{ explicit: "x" }: error[WEFT_GRPC_MESSAGE]: field "any" is an object with "@type", and the mapping gives none`,
		`any: { "@type": $args.text explicit: $args.text }`:             "",
		`legacy: { id: $args.id "[matrix.v1.note]": $args.flag }`:       `$args.flag: error[WEFT_GRPC_MESSAGE]: field "legacy.[matrix.v1.note]" is a string, and the mapping gives a boolean (Boolean)`,
		`nothing: null oneNull: null`:                                   "",
	} {
		t.Run(message, func(t *testing.T) {
			t.Parallel()
			got := found(t, s, "matrix.v1.Matrix/Echo", message, "x: aString", func(c *datasources.Connector) { c.Variable = args(forms) })
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestPrefixIsSuggestedWhereItIsTheDifference(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, matrixSource(t), Options{})
	_, list := s.Bind(datasources.Connector{
		GRPC:      &datasources.GRPCConnector{Method: "matrix.v1.Matrix/Echo", Message: parse(t, "aColor: $args.color")},
		Selection: parse(t, "x: aString"),
		Variable:  args(map[string]form.Form{"color": form.OneOf([]string{"RED", "BLUE"}).Named("Color")}),
	})
	if len(list) != 1 || len(list[0].Notes) != 1 {
		t.Fatal(list)
	}
	want := "stripEnumPrefixes: true in the source's grpc argument takes names without the enum's own in front"
	if d := cmp.Diff(want, list[0].Notes[0].Message); d != "" {
		t.Error(d)
	}
}

// TestCertainErrorsAreCertain holds the check against the encoder: what it refuses for a kind of values is refused whatever the value, and
// what it lets pass may fit.
func TestCertainErrorsAreCertain(t *testing.T) {
	t.Parallel()
	s := openSource(t, datasources.Settings{}, matrixSource(t), Options{})
	samples := map[form.Kinds][]string{
		form.Bool:   {`true`, `false`},
		form.Int:    {`0`, `1`, `-1`},
		form.Float:  {`1.5`, `1e3`},
		form.String: {`""`, `"YQ=="`, `"12"`, `"COLOR_RED"`, `"SMALL"`, `"2025-03-01T12:00:00Z"`, `"1s"`, `"1.5"`, `"NULL_VALUE"`},
		form.Object: {`{}`, `{"id":"1"}`, `{"@type":"x/matrix.v1.Editions"}`},
	}
	m := s.contract.message(descriptor(t, s.contract, "matrix.v1.Everything"))
	for kind, texts := range maps.Clone(samples) {
		for _, text := range texts {
			samples[form.List|kind] = append(samples[form.List|kind], `[`+text+`]`)
		}
	}
	for kind, texts := range samples {
		f := form.Of(kind)
		if kind&form.List != 0 {
			f = form.ListOf(form.Of(kind &^ form.List))
		}
		for _, field := range m.fields {
			fits := false
			for _, text := range texts {
				_, err := encodeText(t, s.contract, "matrix.v1.Everything", `{"`+field.jsonName+`":`+text+`}`)
				fits = fits || err == nil
			}
			got := found(t, s, "matrix.v1.Matrix/Echo", field.jsonName+": $args.x", "x: aString", func(c *datasources.Connector) {
				c.Variable = args(map[string]form.Form{"x": f})
			})
			if fits != (got == "") {
				t.Errorf("%s from %s: it fits: %v, and the check says %q", field.name, f.Describe(), fits, got)
			}
		}
	}
}
