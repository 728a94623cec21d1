package soap

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping/form"
)

// TestAlternativesThatCannotBeSentAreFound: two that the message always gives, and none of those of which one has to be there. What is found is
// refused by every call.
func TestAlternativesThatCannotBeSentAreFound(t *testing.T) {
	t.Parallel()
	s := exchange(outType + `
		<xs:choice>
			<xs:sequence><xs:element name="street" type="xs:string"/><xs:element name="number" type="xs:int" minOccurs="0"/></xs:sequence>
			<xs:element name="box" type="xs:string"/>
			<xs:element name="none" type="xs:string" nillable="true"/>
		</xs:choice>
		<xs:element name="zip" type="xs:string" minOccurs="0"/>
		<xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element name="a" type="xs:string"/><xs:element name="b" type="xs:string"/></xs:choice>
		<xs:element name="c" type="xs:string" minOccurs="0"/>` + outEnd)
	text := form.Of(form.String).Named("String")
	fields := map[string]form.Form{"street": text, "box": text, "zip": text}
	names := func(of ...string) func() []string { return func() []string { return of } }
	property := func(name string) (form.Form, bool) {
		f, ok := fields[name]
		return f, ok
	}
	forms := map[string]form.Form{
		"s": text, "maybe": text.Optional(), "list": form.ListOf(text),
		"both": form.ClosedObjectOf(property, names("street", "box")).Named("Both"),
		"one":  form.ClosedObjectOf(property, names("street", "zip")).Named("One"),
		"zip":  form.ClosedObjectOf(property, names("zip")).Named("Zip"),
	}
	const or, none = `error[WEFT_SOAP_MESSAGE]: element "Out" has either `, `error[WEFT_SOAP_MESSAGE]: element "Out" needs one of "street", "box", "none", and the message gives none`
	for _, c := range []struct {
		message, want string
		// gives is what the message gives when all is there that is not sure to be; empty where that can be sent.
		gives string
	}{
		{`street: $args.s box: $args.s`, `$args.s: ` + or + `"street" or "box", and the message always gives both`, `{"street":"s","box":"b"}`},
		{
			`box: "b" number: 1 street: "s"`, `1: ` + or + `"box" or "number", and the message always gives both` + "\n" +
				`"s": ` + or + `"box" or "street", and the message always gives both`, `{"box":"b","number":1,"street":"s"}`,
		},
		{`street: $args.s none: null`, `null: ` + or + `"street" or "none", and the message always gives both`, `{"street":"s","none":null}`},
		{`street: $args.s box: $args.s?`, `$args.s?: ` + or + `"street" or "box", and the message always gives both`, `{"street":"s","box":"b"}`},
		{
			`$args.both`, `$args.both: ` + or + `"street" or "box", and the message always gives both: make both optional in the input type Both`,
			`{"street":"s","box":"b"}`,
		},
		{`$args.zip`, `$args.zip: ` + none + `: the input type Zip does not have them`, `{"zip":"z"}`},
		{`zip: $args.s`, `zip: $args.s: ` + none, `{"zip":"z"}`},
		{`street: $args.s number: 1 a: "a" b: "b" c: "c"`, ``, ``},
		{`street: $args.s box: $args.maybe`, ``, ``},
		{`street: $args.s box: $args.unknown`, ``, ``},
		{`$args.one`, ``, ``},
		{`zip: $args.s ...$args.one`, ``, ``},
	} {
		t.Run(c.message, func(t *testing.T) {
			t.Parallel()
			own := s
			own.message = c.message
			own.change = func(settings *datasources.Settings, connector *datasources.Connector) {
				s.change(settings, connector)
				connector.Variable = args(forms)
			}
			_, found := own.bind(t)
			lines := make([]string, len(found))
			for i, d := range found {
				lines[i] = strings.Replace(d.Error(), ":0:0", "", 1)
			}
			if d := cmp.Diff(c.want, strings.Join(lines, "\n")); d != "" {
				t.Error(d)
			}
			if c.gives == "" {
				own.change, own.message = s.change, c.message
				if _, err := body(t, own, `{"s":"s","one":{"street":"s","zip":"z"}}`); err != nil {
					t.Error(err)
				}
			} else if got, err := body(t, s, c.gives); err == nil {
				t.Errorf("%s can be sent: %s", c.gives, got)
			}
		})
	}
}
