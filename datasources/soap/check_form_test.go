package soap

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping/form"
)

// typedContract has one of each kind of element.
func typedContract() string {
	return strings.Replace(contractAround(`<xs:element name="In"><xs:complexType><xs:sequence>
  <xs:element name="text" type="xs:string" minOccurs="0"/>
  <xs:element name="count" type="xs:int" minOccurs="0"/>
  <xs:element name="flag" type="xs:boolean" minOccurs="0"/>
  <xs:element name="day" type="xs:date" minOccurs="0"/>
  <xs:element name="counts" type="xs:int" minOccurs="0" maxOccurs="unbounded"/>
  <xs:element name="list" type="t:Ints" minOccurs="0"/>
  <xs:element name="price" type="t:Price" minOccurs="0"/>
  <xs:element name="color" type="t:Color" minOccurs="0"/>
  <xs:element name="item" type="t:Item" minOccurs="0"/>
  <xs:element name="tree" type="t:Tree" minOccurs="0"/>
  <xs:element name="fixed" type="xs:string" fixed="k" minOccurs="0"/>
  <xs:element name="open" minOccurs="0"><xs:complexType><xs:sequence><xs:any namespace="##other"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="shape" type="t:Shape" minOccurs="0"/>
</xs:sequence></xs:complexType></xs:element>
<xs:simpleType name="Ints"><xs:list itemType="xs:int"/></xs:simpleType>
<xs:complexType name="Price"><xs:simpleContent><xs:extension base="xs:decimal"><xs:attribute name="currency" type="xs:token"/></xs:extension></xs:simpleContent></xs:complexType>
<xs:simpleType name="Color"><xs:restriction base="xs:token"><xs:enumeration value="RED"/><xs:enumeration value="BLUE"/></xs:restriction></xs:simpleType>
<xs:complexType name="Item"><xs:sequence><xs:element name="sku" type="xs:token"/><xs:element name="quantity" type="xs:int" minOccurs="0"/></xs:sequence><xs:attribute name="rush" type="xs:boolean"/></xs:complexType>
<xs:complexType name="Tree"><xs:sequence><xs:element name="child" type="t:Tree" minOccurs="0" maxOccurs="unbounded"/><xs:element name="size" type="xs:int" minOccurs="0"/></xs:sequence></xs:complexType>
<xs:complexType name="Shape"><xs:sequence><xs:element name="name" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType>
<xs:complexType name="Circle"><xs:complexContent><xs:extension base="t:Shape"><xs:sequence><xs:element name="radius" type="xs:float"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>`),
		`<input message="t:in"/>`, `<input message="t:in"/><output message="t:in"/>`, 1)
}

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

// openTyped opens a source of typedContract.
func openTyped(tb testing.TB) datasources.Source {
	tb.Helper()
	files := datasources.FolderOf(fstest.MapFS{"a.wsdl": &fstest.MapFile{Data: []byte(typedContract())}}, ".")
	s, err := Open(tb.Context(), datasources.Settings{Kind: datasources.SOAP, SOAP: &datasources.SOAPSource{WSDL: "a.wsdl", Files: files}})
	if err != nil {
		tb.Fatal(explain(err))
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// findings binds a connector and returns what is found.
func findings(tb testing.TB, s datasources.Source, message, selection string, change func(*datasources.Connector)) string {
	tb.Helper()
	c := datasources.Connector{SOAP: &datasources.SOAPConnector{Operation: "Do", Message: parse(tb, message)}, Selection: parse(tb, selection)}
	c.Locate = placeInTest
	change(&c)
	_, found := s.Bind(c)
	lines := make([]string, len(found))
	for i, d := range found {
		lines[i] = strings.Replace(d.Error(), ":0:0", "", 1)
	}
	return strings.Join(lines, "\n")
}

func TestGraphQLTypesAreHeldAgainstTheMessage(t *testing.T) {
	t.Parallel()
	s := openTyped(t)
	input := func(name string, fields map[string]form.Form, names ...string) form.Form {
		return form.ClosedObjectOf(func(name string) (form.Form, bool) {
			f, ok := fields[name]
			return f, ok
		}, func() []string { return names }).Named(name)
	}
	var deep form.Form
	deep = form.ClosedObjectOf(func(name string) (form.Form, bool) {
		if name == "size" {
			return form.Of(form.Bool).Named("Boolean"), true
		}
		return form.ListOf(deep).Optional(), true
	}, func() []string { return []string{"child", "size"} }).Named("Deep")
	forms := map[string]form.Form{
		"flag":   form.Of(form.Bool).Named("Boolean").Optional(),
		"count":  form.Of(form.Int).Named("Int"),
		"text":   form.Of(form.String).Named("String").Optional(),
		"id":     form.Of(form.String | form.Int).Named("ID"),
		"counts": form.ListOf(form.Of(form.Int).Named("Int")).Optional(),
		"flags":  form.ListOf(form.Of(form.Bool).Named("Boolean")),
		"any":    form.Of(form.Unknown).Named("JSON"),
		"color":  form.OneOf([]string{"RED", "PURPLE"}).Named("Color"),
		"wrong":  form.OneOf([]string{"REDD"}).Named("Wrong"),
		"item":   input("Item", map[string]form.Form{"sku": form.Of(form.String), "quantity": form.Of(form.Int).Optional()}, "sku", "quantity"),
		"odd":    input("Odd", map[string]form.Form{"sku": form.Of(form.String), "quantity": form.Of(form.Bool).Named("Boolean"), "more": form.Of(form.Int)}, "sku", "quantity", "more"),
		"less":   input("Less", map[string]form.Form{"quantity": form.Of(form.Int)}, "quantity"),
		"deep":   deep,
	}
	for message, want := range map[string]string{
		`text: $args.text count: $args.count flag: $args.flag day: $args.text counts: $args.counts list: $args.counts price: $args.count color: $args.text item: $args.item`: "",
		`text: $args.flag count: $args.id flag: $args.text day: $args.id counts: $args.count list: $args.count item: $args.any open: { x: 1 }`:                               `x: error[WEFT_SOAP_MESSAGE]: element "In/open" has no field "x"`,
		`count: $args.flag`:                              `$args.flag: error[WEFT_SOAP_MESSAGE]: element "In/count" is xs:int, and the message gives a boolean (Boolean)`,
		`flag: $args.count`:                              `$args.count: error[WEFT_SOAP_MESSAGE]: element "In/flag" is xs:boolean, and the message gives a number (Int)`,
		`day: $args.count`:                               `$args.count: error[WEFT_SOAP_MESSAGE]: element "In/day" is xs:date, and the message gives a number (Int)`,
		`text: $args.item`:                               `$args.item: error[WEFT_SOAP_MESSAGE]: element "In/text" is text, and the message gives an object (Item)`,
		`counts: $args.flags`:                            `$args.flags: error[WEFT_SOAP_MESSAGE]: element "In/counts" is xs:int, and the message gives a boolean (Boolean)`,
		`list: $args.flag`:                               `$args.flag: error[WEFT_SOAP_MESSAGE]: element "In/list" is a list of xs:int, and the message gives a boolean (Boolean)`,
		`count: $args.counts`:                            `$args.counts: warning[WEFT_SOAP_MESSAGE]: element "In/count" may be there once, and the message gives a list: only a list of one can be sent`,
		`count: $args.counts->first`:                     "",
		`count: $args.text->size`:                        "",
		`flag: $args.text->eq("x")`:                      "",
		`count: $args.text->eq("x")`:                     `$args.text->eq("x"): error[WEFT_SOAP_MESSAGE]: element "In/count" is xs:int, and the message gives a boolean`,
		`price: $args.flag`:                              `$args.flag: error[WEFT_SOAP_MESSAGE]: element "In/price" is xs:decimal, and the message gives a boolean (Boolean)`,
		`price: { "#text": $args.flag }`:                 `$args.flag: error[WEFT_SOAP_MESSAGE]: the text of element "In/price" is xs:decimal, and the message gives a boolean (Boolean)`,
		`price: { "#text": "x" }`:                        `"x": error[WEFT_SOAP_MESSAGE]: the text of element "In/price": "x" is no xs:decimal`,
		`item: { sku: "s" "@rush": "so" }`:               `"so": error[WEFT_SOAP_MESSAGE]: attribute "In/item/@rush": "so" is no xs:boolean`,
		`item: { sku: $args.text "@rush": $args.count }`: `$args.count: error[WEFT_SOAP_MESSAGE]: attribute "In/item/@rush" is xs:boolean, and the message gives a number (Int)`,
		`item: $args.count`:                              `$args.count: error[WEFT_SOAP_MESSAGE]: element "In/item" has child elements, and the message gives a number (Int)`,
		`item: { quantity: 1 }`:                          `{ quantity: 1 }: error[WEFT_SOAP_MESSAGE]: element "In/item" needs "sku", which the message does not give`,
		`item: $args.odd`: `$args.odd: error[WEFT_SOAP_MESSAGE]: element "In/item/quantity" is xs:int, and the message gives a boolean (Boolean)` + "\n" +
			`$args.odd: error[WEFT_SOAP_MESSAGE]: element "In/item" has no field "more", which the input type Odd has`,
		`item: $args.less`:   `$args.less: error[WEFT_SOAP_MESSAGE]: element "In/item" needs "sku", which the message does not give: the input type Less does not have it`,
		`color: $args.color`: `$args.color: warning[WEFT_SOAP_MESSAGE]: element "In/color": the schema does not allow PURPLE of Color`,
		`color: $args.wrong`: `$args.wrong: error[WEFT_SOAP_MESSAGE]: element "In/color": the schema does not allow REDD of Wrong; did you mean "RED"?`,
		`fixed: "x"`:         `"x": error[WEFT_SOAP_MESSAGE]: element "In/fixed": "x", expected the fixed value "k"`,
		`tree: $args.deep`:   `$args.deep: error[WEFT_SOAP_MESSAGE]: element "In/tree/size" is xs:int, and the message gives a boolean (Boolean)`,
		`$args.count`:        `$args.count: error[WEFT_SOAP_MESSAGE]: element "In" has child elements, and the message gives a number (Int)`,
		`shape: { "#type": "Circle" radius: $args.flag }`: `$args.flag: error[WEFT_SOAP_MESSAGE]: element "In/shape/radius" is xs:float, and the message gives a boolean (Boolean)`,
	} {
		t.Run(message, func(t *testing.T) {
			t.Parallel()
			got := findings(t, s, message, "text", func(c *datasources.Connector) { c.Variable = args(forms) })
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// What the check refuses of a kind of values is refused by every call, whatever the value, and what it lets pass may fit.
func TestCertainErrorsAreCertain(t *testing.T) {
	t.Parallel()
	const types = `string normalizedString token boolean decimal float double dateTime date time duration gYear base64Binary hexBinary
		QName integer nonPositiveInteger negativeInteger long int short byte nonNegativeInteger unsignedLong unsignedByte positiveInteger anySimpleType`
	samples := map[form.Kinds][]string{
		form.Bool:   {`true`, `false`},
		form.Int:    {`0`, `1`, `-1`, `12`, `2025`},
		form.Float:  {`1.5`, `1e3`, `1.0`, `1e30`, `-2e0`, `0.0`},
		form.String: {`""`, `"YQ=="`, `"12"`, `"0"`, `"-1"`, `"true"`, `"a"`, `"2025-03-01T12:00:00Z"`, `"2025-03-01"`, `"12:00:00"`, `"P1D"`, `"2025"`, `"--03-01"`, `"1.5"`},
		form.Object: {`{}`, `{"a":"1"}`},
	}
	var schema strings.Builder
	for name := range strings.FieldsSeq(types) {
		schema.WriteString(`<xs:element name="` + name + `" type="xs:` + name + `" minOccurs="0"/>`)
	}
	wsdl := contractAround(`<xs:element name="In"><xs:complexType><xs:sequence>` + schema.String() + `</xs:sequence></xs:complexType></xs:element>`)
	bound := func(name string, f form.Form) (datasources.Binding, []diag.Diagnostic) {
		return setup{wsdl: "a.wsdl", operation: "Do", message: name + ": $args.x", selection: "$status", change: func(s *datasources.Settings, c *datasources.Connector) {
			s.SOAP.Files = datasources.FolderOf(fstest.MapFS{"a.wsdl": &fstest.MapFile{Data: []byte(wsdl)}}, ".")
			c.Variable = args(map[string]form.Form{"x": f})
		}}.bind(t)
	}
	for name := range strings.FieldsSeq(types) {
		open, found := bound(name, form.Of(form.Unknown))
		if len(found) > 0 {
			t.Fatal(found)
		}
		for kind, texts := range samples {
			fits := false
			for _, text := range texts {
				fits = fits || canSend(t, open, text)
			}
			_, found := bound(name, form.Of(kind))
			if fits != (len(found) == 0) {
				t.Errorf("%s from %s: it fits: %v, and the check says %v", name, form.Of(kind).Describe(), fits, found)
			}
		}
	}
}

func TestRepliesHaveTheFormsThatTheContractSays(t *testing.T) {
	t.Parallel()
	s := openTyped(t)
	var reply form.Form
	findings(t, s, "text: $args.text", "text", func(c *datasources.Connector) {
		c.CheckReply = func(_ string, f form.Form) []diag.Diagnostic {
			reply = f
			return nil
		}
	})
	describe := func(f form.Form) string {
		text := f.Describe()
		if f.Type() != "" {
			text += " (" + f.Type() + ")"
		}
		if f.Kinds&form.Null != 0 {
			text += "?"
		}
		return text
	}
	for path, want := range map[string]string{
		"text":            "a string (xs:string)?",
		"count":           "a number (xs:int)?",
		"flag":            "a boolean (xs:boolean)?",
		"counts":          "a list",
		"counts/[]":       "a number (xs:int)",
		"list":            "a list (Ints)?",
		"price":           "an object (Price)?",
		"price/#text":     "a number",
		"price/@currency": "a string (xs:token)?",
		"color":           "a string (Color)?",
		"item":            "an object (Item)?",
		"item/sku":        "a string (xs:token)",
		"tree/child":      "a list",
		"tree/child/[]":   "an object (Tree)",
		"open/x":          "anything",
		"shape/radius":    "a number (xs:float)?",
		"shape/#type":     "a string?",
		"shape/nothing":   "null",
	} {
		f := reply
		for step := range strings.SplitSeq(path, "/") {
			if step == "[]" {
				f = f.Elem()
			} else {
				f = f.Property(step)
			}
		}
		if got := describe(f); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	if texts, ok := reply.Property("color").Texts(); !ok || cmp.Diff([]string{"RED", "BLUE"}, texts) != "" {
		t.Errorf("got %q", texts)
	}
}

func TestHeaderBlocksThatAreReadAreHeldAgainstTheContract(t *testing.T) {
	t.Parallel()
	text := strings.Replace(typedContract(), `</input></operation></binding>`,
		`</input><output><soap:header message="t:in" part="p" use="literal"/><soap:body use="literal"/></output></operation></binding>`, 1)
	files := datasources.FolderOf(fstest.MapFS{"a.wsdl": &fstest.MapFile{Data: []byte(text)}}, ".")
	s, err := Open(t.Context(), datasources.Settings{Kind: datasources.SOAP, SOAP: &datasources.SOAPSource{WSDL: "a.wsdl", Files: files}})
	if err != nil {
		t.Fatal(explain(err))
	}
	defer s.Close()
	got := findings(t, s, "$args", "h: $response.soapHeaders { In { cuont count item { sku } } Undeclared { anything } }", func(*datasources.Connector) {})
	want := `cuont: error[WEFT_SOAP_SELECTION]: element "In" has no field "cuont"; did you mean "count"?`
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}
