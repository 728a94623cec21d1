package shop_test

import (
	"encoding/xml"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/examples/shop"
)

// node is an element of any document.
type node struct {
	XMLName  xml.Name   `xml:""`
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []node     `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// all returns the children with a name.
func (n node) all(name string) []node {
	var found []node
	for _, child := range n.Children {
		if child.XMLName.Local == name {
			found = append(found, child)
		}
	}
	return found
}

func (n node) first(names ...string) node {
	for _, name := range names {
		found := n.all(name)
		if len(found) == 0 {
			return node{}
		}
		n = found[0]
	}
	return n
}

func parseNode(t *testing.T, text []byte) node {
	t.Helper()
	var n node
	if err := xml.Unmarshal(text, &n); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return n
}

// xsd is billing.xsd: as much of XML Schema as it uses, read independently of the
// service.
type xsd struct{ root node }

func readXSD(t *testing.T) xsd {
	t.Helper()
	return xsd{parseNode(t, contractFile(t, "billing.xsd"))}
}

func contractFile(t *testing.T, name string) []byte {
	t.Helper()
	folder, err := shop.Schema()
	if err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(folder, name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (x xsd) global(kind, name string) (node, bool) {
	for _, n := range x.root.all(kind) {
		if n.attr("name") == name {
			return n, true
		}
	}
	return node{}, false
}

// problems lists how a global element differs from the schema.
func (x xsd) problems(n node) []string {
	declared, ok := x.global("element", n.XMLName.Local)
	if !ok || n.XMLName.Space != x.root.attr("targetNamespace") {
		return []string{fmt.Sprintf("%v is not declared", n.XMLName)}
	}
	return x.complex(declared.first("complexType"), n, n.XMLName.Local)
}

// complex checks a sequence with attributes.
func (x xsd) complex(declared, n node, at string) []string {
	problems := x.attributes(declared, n, at)
	if strings.TrimSpace(n.Text) != "" {
		problems = append(problems, at+": text between elements")
	}
	rest := n.Children
	for _, particle := range declared.first("sequence").all("element") {
		least, most := 1, 1
		if text := particle.attr("minOccurs"); text != "" {
			least, _ = strconv.Atoi(text)
		}
		if text := particle.attr("maxOccurs"); text == "unbounded" {
			most = len(rest)
		} else if text != "" {
			most, _ = strconv.Atoi(text)
		}
		path := at + "/" + particle.attr("name")
		count := 0
		for len(rest) > 0 && rest[0].XMLName == (xml.Name{Space: x.root.attr("targetNamespace"), Local: particle.attr("name")}) {
			problems = append(problems, x.element(particle, rest[0], path)...)
			rest, count = rest[1:], count+1
		}
		if count < least || count > max(most, least) {
			problems = append(problems, fmt.Sprintf("%s: occurs %d times", path, count))
		}
	}
	for _, extra := range rest {
		problems = append(problems, fmt.Sprintf("%s: %v is not expected", at, extra.XMLName))
	}
	return problems
}

func (x xsd) element(particle, n node, at string) []string {
	if n.attr("nil") == "true" && particle.attr("nillable") == "true" {
		if len(n.Children) > 0 || n.Text != "" {
			return []string{at + ": nil with content"}
		}
		return nil
	}
	name := particle.attr("type")
	if declared, ok := x.global("complexType", name); ok {
		extension := declared.first("simpleContent", "extension")
		if extension.XMLName.Local == "" {
			return x.complex(declared, n, at)
		}
		return append(x.attributes(extension, n, at), x.simple(extension.attr("base"), n, at)...)
	}
	return append(x.attributes(node{}, n, at), x.simple(name, n, at)...)
}

func (x xsd) attributes(declared, n node, at string) []string {
	var problems []string
	known := map[string]bool{}
	for _, attribute := range declared.all("attribute") {
		name := attribute.attr("name")
		known[name] = true
		value, isThere := "", false
		for _, a := range n.Attrs {
			if a.Name == (xml.Name{Local: name}) {
				value, isThere = a.Value, true
			}
		}
		if !isThere {
			problems = append(problems, at+"/@"+name+": missing") // all of them are required
			continue
		}
		problems = append(problems, x.value(attribute.attr("type"), value, at+"/@"+name)...)
	}
	for _, a := range n.Attrs {
		if isDeclaration := a.Name.Local == "xmlns" || a.Name.Space == "xmlns"; !isDeclaration && !known[a.Name.Local] {
			problems = append(problems, at+"/@"+a.Name.Local+": not expected")
		}
	}
	return problems
}

func (x xsd) simple(name string, n node, at string) []string {
	if len(n.Children) > 0 {
		return []string{at + ": elements in a simple type"}
	}
	return x.value(name, n.Text, at)
}

// value checks a text against a simple type.
func (x xsd) value(name, text, at string) []string {
	declared, ok := x.global("simpleType", name)
	if !ok {
		if !isBuiltIn(name, text) {
			return []string{fmt.Sprintf("%s: %q is no %s", at, text, name)}
		}
		return nil
	}
	restriction := declared.first("restriction")
	problems := x.value(restriction.attr("base"), text, at)
	text = strings.TrimSpace(text)
	var values []string
	for _, facet := range restriction.Children {
		switch value := facet.attr("value"); facet.XMLName.Local {
		case "enumeration":
			values = append(values, value)
		case "pattern":
			if !regexp.MustCompile("^(?:" + value + ")$").MatchString(text) {
				problems = append(problems, fmt.Sprintf("%s: %q does not match %s", at, text, value))
			}
		case "fractionDigits":
			_, fraction, _ := strings.Cut(text, ".")
			if most, _ := strconv.Atoi(value); len(strings.TrimRight(fraction, "0")) > most {
				problems = append(problems, fmt.Sprintf("%s: %q is too exact", at, text))
			}
		default:
			problems = append(problems, "unknown facet "+facet.XMLName.Local)
		}
	}
	if values != nil && !slices.Contains(values, text) {
		problems = append(problems, fmt.Sprintf("%s: %q is not one of %q", at, text, values))
	}
	return problems
}

func isBuiltIn(name, text string) bool {
	text = strings.TrimSpace(text)
	var err error
	switch name {
	case "xs:string", "xs:token":
	case "xs:long":
		_, err = strconv.ParseInt(text, 10, 64)
	case "xs:int":
		_, err = strconv.ParseInt(text, 10, 32)
	case "xs:decimal":
		return regexp.MustCompile(`^[-+]?(\d+(\.\d*)?|\.\d+)$`).MatchString(text)
	case "xs:date":
		_, err = time.Parse(time.DateOnly, text)
	case "xs:dateTime":
		_, err = time.Parse(time.RFC3339, text)
	default:
		return false
	}
	return err == nil
}

// content returns the child of a Body, and the detail of a Fault.
func content(t *testing.T, g got) node {
	t.Helper()
	body := parseNode(t, g.body).first("Body")
	if fault := body.first("Fault", "detail"); len(fault.Children) == 1 {
		return fault.Children[0]
	}
	if len(body.Children) != 1 {
		t.Fatalf("body %s", g.body)
	}
	return body.Children[0]
}

func TestEveryAnswerOfTheBillingServiceFitsItsSchema(t *testing.T) {
	t.Parallel()
	c, running := startShop(t, shop.Options{})
	schema := readXSD(t)
	all := strings.Builder{}
	for _, o := range read[[]row](c, "/orders") {
		fmt.Fprintf(&all, "<orderId>%d</orderId>", o.ID)
	}
	seen := map[string]bool{}
	check := func(operation, body string) {
		t.Helper()
		answered := content(t, c.envelope(t, running, operation, body))
		seen[answered.XMLName.Local] = true
		for _, problem := range schema.problems(answered) {
			t.Errorf("%s: %s", operation, problem)
		}
	}
	check("GetInvoices", fmt.Sprintf(getInvoices, all.String()))
	check("GetInvoices", fmt.Sprintf(getInvoices, "<orderId>1</orderId>"))
	check("GetInvoice", fmt.Sprintf(getInvoice, "<orderId>1296</orderId>"))
	check("GetInvoice", fmt.Sprintf(getInvoice, "<orderId>1</orderId>"))
	check("PayInvoice", fmt.Sprintf(payInvoice, `<number>INV-1296</number><amount currency="EUR">23.40</amount><method>CARD</method>`))
	check("PayInvoice", fmt.Sprintf(payInvoice, `<number>INV-1296</number><amount currency="EUR">23.40</amount><method>CARD</method>`))
	check("PayInvoice", fmt.Sprintf(payInvoice, `<number>INV-1297</number><amount currency="EUR">1</amount><method>CARD</method>`))
	for _, bad := range badBodies() {
		check(bad.operation, bad.body)
	}
	want := []string{"GetInvoiceResponse", "GetInvoicesResponse", "InvoiceFault", "PayInvoiceResponse"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(seen))); diff != "" {
		t.Errorf("elements seen (-want +got):\n%s", diff)
	}
}

// The service validates by hand; the schema must not allow what it refuses.
func TestServiceAndSchemaAgreeOnWhatIsInvalid(t *testing.T) {
	t.Parallel()
	schema := readXSD(t)
	for name, bad := range badBodies() {
		if len(schema.problems(parseNode(t, []byte(bad.body)))) == 0 {
			t.Errorf("%s: the schema allows %.300s", name, bad.body)
		}
	}
	for _, good := range []string{
		fmt.Sprintf(getInvoice, "<orderId> 1002 </orderId>"),
		fmt.Sprintf(getInvoices, strings.Repeat("<orderId>-1</orderId>", 1000)),
		fmt.Sprintf(payInvoice, `<number> INV-0 </number><amount currency=" EUR ">.5000</amount><method>VOUCHER</method>`),
	} {
		for _, problem := range schema.problems(parseNode(t, []byte(good))) {
			t.Error(problem)
		}
		c, running := startShop(t, shop.Options{})
		operation := parseNode(t, []byte(good)).XMLName.Local
		fault := understood(t, c.envelope(t, running, operation, good)).Body.Fault
		if fault != nil && fault.Detail.Fault.Code == "INVALID_REQUEST" {
			t.Errorf("%.200s: %+v", good, fault)
		}
	}
}

func TestWSDLDescribesExactlyTheOperations(t *testing.T) {
	t.Parallel()
	c, running := startShop(t, shop.Options{})
	wsdl, schema := parseNode(t, contractFile(t, "billing.wsdl")), readXSD(t)
	elements := map[string]string{}
	for _, m := range wsdl.all("message") {
		elements["tns:"+m.attr("name")] = strings.TrimPrefix(m.first("part").attr("element"), "t:")
	}
	actions := map[string]string{}
	for _, o := range wsdl.first("binding").all("operation") {
		actions[o.attr("name")] = o.first("operation").attr("soapAction")
	}
	for _, o := range wsdl.first("portType").all("operation") {
		for _, part := range []string{"input", "output", "fault"} {
			name := elements[o.first(part).attr("message")]
			if _, ok := schema.global("element", name); !ok {
				t.Errorf("%s: the %s element %q is not declared", o.attr("name"), part, name)
			}
		}
		// A known operation with its action complains about what is missing in it.
		body := fmt.Sprintf("<%s xmlns=%q/>", elements[o.first("input").attr("message")], typesSpace)
		fault := understood(t, c.postXML(t, running, `"`+actions[o.attr("name")]+`"`, wrap(body))).Body.Fault
		if fault == nil || !strings.HasSuffix(fault.Text, "is missing") {
			t.Errorf("%s: %+v", o.attr("name"), fault)
		}
	}
	if n := len(wsdl.first("portType").all("operation")); n != 3 || len(actions) != n {
		t.Errorf("%d operations, %d actions", n, len(actions))
	}
}

func TestServedContractHasTheTrueAddress(t *testing.T) {
	t.Parallel()
	c, running := startShop(t, shop.Options{})
	fetch := func(target string) node {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		return parseNode(t, c.do(t, request).body)
	}
	wsdl := fetch(running.Address(shop.Billing) + "?wsdl")
	if address := wsdl.first("service", "port", "address").attr("location"); address != running.Address(shop.Billing) {
		t.Errorf("address %s", address)
	}
	schema := fetch(wsdl.first("types", "schema", "import").attr("schemaLocation"))
	if diff := cmp.Diff(readXSD(t).root, schema); diff != "" {
		t.Errorf("schema (-file +served):\n%s", diff)
	}
}
