package grpc

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/datasources"
)

// enums loads a contract whose enums are written without prefixes.
func enums(tb testing.TB, text string) *contract {
	tb.Helper()
	return openSource(tb, datasources.Settings{}, datasources.GRPCSource{
		Address:           template(tb, "grpc://enums.test:1"),
		Proto:             []string{"enums.proto"},
		Files:             contractFiles(map[string]string{"enums.proto": text}),
		StripEnumPrefixes: true,
	}, Options{}).contract
}

func TestPrefixesOfEnumsAreStripped(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ enum, want string }{
		"prefix":                 {"enum E { E_NONE = 0; E_RED = 1; }", "NONE RED"},
		"two words":              {"enum ShipmentStatus { SHIPMENT_STATUS_UNSPECIFIED = 0; SHIPMENT_STATUS_IN_TRANSIT = 1; }", "UNSPECIFIED IN_TRANSIT"},
		"initialism":             {"enum HTTPCode { HTTP_CODE_NONE = 0; HTTPCODE_OK = 1; }", "NONE OK"},
		"lower case":             {"enum Color { color_none = 0; color_red = 1; }", "none red"},
		"only some have it":      {"enum State { STATE_UNSPECIFIED = 0; ACTIVE = 1; }", "UNSPECIFIED ACTIVE"},
		"not a word of its own":  {"enum Color { COLORLESS = 0; COLOR_RED = 1; }", "COLORLESS RED"},
		"nothing but the prefix": {"enum Color { COLOR = 0; COLOR_RED = 1; }", "COLOR RED"},
		"alias":                  {"enum E { option allow_alias = true; E_NONE = 0; E_RED = 1; E_CRIMSON = 1; }", "NONE RED CRIMSON"},
		"alias of the same name": {"enum E { option allow_alias = true; E_NONE = 0; E_RED = 1; RED = 1; }", "NONE RED"},
		"no prefix":              {"enum E { NONE = 0; RED = 1; }", "NONE RED"},
		"two would be equal":     {"enum E { E_NONE = 0; E_RED = 1; RED = 2; }", "E_NONE E_RED RED"},
		"short one is a long one": {
			"enum E { E_NONE = 0; E_E_RED = 1; E_RED = 2; }", "E_NONE E_E_RED E_RED",
		},
		"digit":           {"enum E { E_NONE = 0; E_3D = 1; }", "E_NONE E_3D"},
		"no GraphQL name": {"enum E { e_none = 0; e_true = 1; }", "e_none e_true"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := enums(t, `syntax = "proto2"; `+tt.enum)
			e := c.types.enum(firstEnum(c))
			if d := cmp.Diff(tt.want, strings.Join(e.spelling, " ")); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestNearestValueOfAnEnumIsFoundWithoutItsPrefixAndInAnyCase(t *testing.T) {
	t.Parallel()
	c := enums(t, `syntax = "proto3"; enum Size { SIZE_UNSPECIFIED = 0; SIZE_SMALL = 1; SIZE_EXTRA_LARGE = 2; }`)
	short := c.types.enum(firstEnum(c))
	long := newEnum(firstEnum(c))
	for given, want := range map[string]string{
		"size_small": "SIZE_SMALL", "small": "SIZE_SMALL", "SMALL": "SIZE_SMALL", "Smal": "SIZE_SMALL", "SIZE_SMAL": "SIZE_SMALL",
		"size_extra_lrage": "SIZE_EXTRA_LARGE", "extra_large": "SIZE_EXTRA_LARGE", "tiny": "", "": "", "size_": "",
	} {
		if got := long.nearest(given); got != want {
			t.Errorf("%q: got %q, want %q", given, got, want)
		}
		if got := short.nearest(given); given != "SMALL" && got != strings.TrimPrefix(want, "SIZE_") {
			t.Errorf("%q, without prefixes: got %q, want %q", given, got, strings.TrimPrefix(want, "SIZE_"))
		}
	}
}

// firstEnum is the enum of a contract of one file.
func firstEnum(c *contract) (d protoreflect.EnumDescriptor) {
	c.files.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		d = f.Enums().Get(0)
		return false
	})
	return d
}

func TestStrippedNamesAreWrittenAndBothAreRead(t *testing.T) {
	t.Parallel()
	c := enums(t, `syntax = "proto3"; package p;
		message M {
			enum Kind { KIND_NONE = 0; KIND_BIG = 1; }
			Kind kind = 1;
			repeated Kind kinds = 2;
			map<string, Kind> by_name = 3;
		}`)
	for in, want := range map[string]string{
		`{"kind":"BIG"}`:      `{"kind":"BIG","kinds":[],"byName":{}}`,
		`{"kind":"KIND_BIG"}`: `{"kind":"BIG","kinds":[],"byName":{}}`,
		`{}`:                  `{"kind":"NONE","kinds":[],"byName":{}}`,
		`{"kind":7}`:          `{"kind":7,"kinds":[],"byName":{}}`,
		`{"kinds":["BIG","KIND_NONE",9],"byName":{"a":"BIG"}}`: `{"kind":"NONE","kinds":["BIG","NONE",9],"byName":{"a":"BIG"}}`,
	} {
		data, err := encodeText(t, c, "p.M", in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeText(t, c, "p.M", "$", data)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Error(d, err)
		}
	}
	_, err := encodeText(t, c, "p.M", `{"kind":"BG"}`)
	if err == nil || !strings.Contains(err.Error(), `did you mean "BIG"?`) {
		t.Error(err)
	}
}
