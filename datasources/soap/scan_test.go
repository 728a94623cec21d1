package soap

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// bothWays decodes replies of one operation by scanning and by evaluating.
type bothWays struct {
	name            string
	shape           *table.Shape
	scan, evaluated *fetcher
}

func bothOf(tb testing.TB, s setup, shape *table.Shape) *bothWays {
	tb.Helper()
	b := &bothWays{name: s.selection, shape: shape}
	for mode, f := range map[response.Mode]**fetcher{response.Auto: &b.scan, response.EvaluateOnly: &b.evaluated} {
		s.options.Mode = mode
		*f = s.fetcher(tb, shape).(*fetcher)
	}
	return b
}

func (b *bothWays) compiles() bool { return b.scan.scan != nil }

// scans tells that this reply is scanned.
func (b *bothWays) scans(r *datasources.Reply) bool {
	isDone, _ := b.scan.scanned(r, &mapping.Env{}, table.NewBuilder(b.shape, r.Body))
	return isDone
}

// check decodes a reply both ways and compares all that comes of it.
func (b *bothWays) check(tb testing.TB, r *datasources.Reply) {
	tb.Helper()
	scanned, evaluated := decodeAll(tb, b.scan, b.shape, r), decodeAll(tb, b.evaluated, b.shape, r)
	if d := cmp.Diff(evaluated, scanned); d != "" {
		tb.Fatalf("%s of %s (-evaluated +scanned):\n%s", b.name, r.Body, d)
	}
}

func decodeAll(tb testing.TB, f *fetcher, shape *table.Shape, r *datasources.Reply) string {
	tb.Helper()
	dst := table.NewBuilder(shape, r.Body)
	outcome, err := f.Decode(r, &mapping.Env{}, dst)
	text := fmt.Sprint(outcome)
	if err == nil {
		return text + dst.Finish().Dump(shape)
	}
	var e *datasources.Error
	if !errors.As(err, &e) {
		tb.Fatalf("got %T", err)
	}
	return text + fmt.Sprint(e.Code, e.Message, e.Extensions, e.Cause)
}

// leavesOf is a shape of one object with members of all kinds of leaves in turn.
func leavesOf(isList bool, names ...string) *table.Shape {
	kinds := []table.LeafKind{table.String, table.ID, table.Int, table.Float, table.Boolean, table.Any, table.Raw}
	l := table.Level{Types: []string{"T"}}
	for i, name := range names {
		for j := range 3 {
			kind := kinds[(i+3*j)%len(kinds)]
			l.Members = append(l.Members, table.Member{Path: []string{name}, NonNull: j == 1, Type: &table.Type{Leaf: kind}})
		}
		l.Members = append(l.Members, table.Member{Path: []string{name}, Type: &table.Type{Elem: &table.Type{Leaf: kinds[i%len(kinds)], NonNull: i%2 == 0}}})
	}
	return &table.Shape{List: isList, Levels: []table.Level{l}}
}

// ways are selections with shapes of all forms that a scan follows, and of some that it does not.
func ways(tb testing.TB) []*bothWays {
	tb.Helper()
	with := func(selection string, shape *table.Shape) *bothWays {
		return bothOf(tb, ordersSetup(selection, response.Auto), shape)
	}
	leaf := func(name string) table.Member {
		return table.Member{Path: []string{name}, Type: &table.Type{Leaf: table.String}}
	}
	party := &table.Shape{Levels: []table.Level{
		{Types: []string{"R"}, Members: []table.Member{{Path: []string{"party"}, Child: 1}, leaf("total")}},
		{Types: []string{"Person", "Firm"}, Abstract: true, Members: []table.Member{
			leaf("name"),
			{Path: []string{"born"}, Tags: []bool{true, false}, Type: &table.Type{Leaf: table.String}},
			{Path: []string{"register"}, Tags: []bool{false, true}, Type: &table.Type{Leaf: table.Int}},
			{Path: []string{"children"}, Tags: []bool{true, false}, Child: 2, List: true},
		}},
		{Types: []string{"Child"}, Members: []table.Member{leaf("name"), leaf("street"), leaf("kind")}},
	}}
	lists := &table.Shape{List: true, Levels: []table.Level{
		{Types: []string{"O"}, Members: []table.Member{
			{Path: []string{"tags"}, Child: 1, List: true, ElemNonNull: true},
			{Path: []string{"tags"}, Type: &table.Type{Elem: &table.Type{Leaf: table.ID}}},
			{Path: []string{"nested"}, Child: 2},
			{Path: []string{"lines"}, Child: 3, List: true},
			{Path: []string{"a"}, Child: 4},
		}},
		{Kind: table.Leaf, Members: []table.Member{{Type: &table.Type{Leaf: table.String}}}},
		{Types: []string{"N"}, Members: []table.Member{leaf("id"), leaf("city"), leaf("constant")}},
		{Types: []string{"L"}, Members: []table.Member{leaf("sku"), leaf("amount"), leaf("quantity")}},
		{Types: []string{"A"}, Members: []table.Member{leaf("street"), leaf("zip")}},
	}}
	return []*bothWays{
		with(ordersSelection, ordersShape()),
		with(`$.order { id number state placed due amount weight express note tag card iban currency: $."@currency" version: $."@version" }`,
			leavesOf(true, "id", "number", "state", "placed", "due", "amount", "weight", "express", "note", "tag", "card", "iban", "currency", "version")),
		with(`$.order { tags: tag nested: { id: id city: address.city constant: $('c') } lines: line { sku amount: price."#text" quantity } a: address { street zip } }`, lists),
		with(`total party { __typename: $."#type" name born register children: child { name street: home.street kind: $."#type" } }`, party),
		with(`total city: party.home.city`, leavesOf(false, "total", "city")),
		with(`total any: any.x`, leavesOf(false, "total", "any")),
		with(`count: $.order->size total`, leavesOf(false, "count", "total")),
		with(`total`, leavesOf(false, "total")),
		with(`$.order { ...address id }`, leavesOf(true, "street", "city", "id")),
		with(`$.total`, &table.Shape{Levels: []table.Level{{Kind: table.Leaf, Members: []table.Member{{Type: &table.Type{Leaf: table.Int}}}}}}),
		with(`$.order.tag`, &table.Shape{List: true, Levels: []table.Level{{Kind: table.Leaf, Members: []table.Member{{Type: &table.Type{Leaf: table.String}}}}}}),
	}
}

func (s setup) selecting(text string) setup {
	s.selection = text
	return s
}

// sketch writes random replies of the orders contract, most of which are as the contract says.
type sketch struct {
	*rand.Rand
	strings.Builder
	// isOdd allows what contracts do not.
	isOdd bool
}

func (s *sketch) one(of ...string) string { return of[s.IntN(len(of))] }

// noise is what may stand between elements.
func (s *sketch) noise() {
	if s.IntN(12) == 0 {
		s.WriteString(s.one(" ", "\r\n\t", "<!-- c -->", "<?pi x?>", "text", "<![CDATA[]]>", "&amp;", "<o:other a='1'><b/>x</o:other>"))
	} else {
		s.WriteString("\n ")
	}
}

// element writes an element and says whether its content is to follow.
func (s *sketch) element(name, attributes string, inside func()) {
	s.noise()
	name = "o:" + name
	if s.isOdd && s.IntN(40) == 0 {
		name = s.one("o:id", "o:order", "o:address", "o:child", "unqualified", "o:line")
	}
	s.WriteString("<" + name + attributes)
	switch s.IntN(30) {
	case 0:
		s.WriteString(` xsi:nil="true"/>`)
		return
	case 1:
		s.WriteString("/>")
		return
	case 2:
		s.WriteString(` other='&lt;"'`)
	case 3:
		s.WriteString(` xmlns:p="urn:p" p:a="1" xsi:nil=" 0 " `)
	case 4:
		s.WriteString(` xmlns:i="http://www.w3.org/1999/XMLSchema-instance" i:null="1"`)
	}
	s.WriteString(">")
	inside()
	s.WriteString("</" + name + s.one("", "", " ") + ">")
}

// leaf writes an element with a text.
func (s *sketch) leaf(name string, texts ...string) {
	s.element(name, "", func() {
		text := s.one(texts...)
		if s.IntN(6) == 0 {
			text = s.one("", " ", " 7 ", "1", "-0.50", "+007", "1e3", "true", "0", "NaN", "a b\n c", "&lt;&#x1F600;\"\\", "ä\u2028\u00a0", "<![CDATA[<x>]]>", "a<!-- -->b&#13;",
				"12345678901234567890.10", ".5", "5.", "-", "]]&gt;", "\t\r\n", strings.Repeat("long text ", 9))
		}
		if s.isOdd && s.IntN(40) == 0 {
			text = s.one("<x/>", "&unknown;", "a]]>", "<x>", "\x01", "\uFFFE")
		}
		s.WriteString(text)
	})
}

// maybe calls some of the functions, often each once and in order.
func (s *sketch) maybe(parts ...func()) {
	if s.IntN(8) == 0 {
		s.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	}
	for _, part := range parts {
		switch n := s.IntN(24); {
		case n < 3:
		case n == 3 && s.isOdd:
			part()
			part()
		default:
			part()
		}
	}
	s.noise()
}

func (s *sketch) some(part func()) func() {
	return func() {
		for range s.IntN(4) {
			part()
		}
	}
}

func (s *sketch) address(name string) func() {
	return func() {
		s.element(name, "", func() {
			s.maybe(func() { s.leaf("street", "High Street") }, func() { s.leaf("city", "Bath") }, func() { s.leaf("zip", "01234") }, func() { s.leaf("country", "GB") })
		})
	}
}

func (s *sketch) line() {
	s.element("line", s.one("", ` no="1"`, ` no=" 2 "`, ` no="x"`), func() {
		s.maybe(func() { s.leaf("sku", "S-1") }, func() { s.leaf("title", "A") }, func() { s.leaf("quantity", "3") }, func() {
			s.element("price", s.one("", ` currency="EUR"`, ` currency="&quot;"`), func() { s.WriteString(s.one("1.50", " 2 ", "", "1<!-- -->0", "x")) })
		})
	})
}

func (s *sketch) order() {
	s.element("order", s.one("", ` currency="CHF" version="1"`, ` version="a b"`), func() {
		s.maybe(func() { s.leaf("id", "1", "9007199254740993") }, func() { s.leaf("number", "N-1") }, func() { s.leaf("state", "OPEN", "SHIPPED") },
			func() { s.leaf("placed", "2025-03-01T12:00:00Z") }, func() { s.leaf("due", "2025-03-01") }, func() { s.leaf("amount", "10.00") },
			func() { s.leaf("weight", "1.5E3", "INF") }, func() { s.leaf("express", "true", "0") }, func() { s.leaf("note", "n") },
			s.address("address"), s.some(s.line), s.some(func() { s.leaf("tag", "a", "b c") }), func() { s.leaf(s.one("card", "iban"), "4711") })
	})
}

func (s *sketch) party(name string, depth int) func() {
	return func() {
		s.element(name, s.one("", ` xsi:type="o:Person"`, ` xsi:type="o:Person"`, ` xsi:type=" o:Firm "`, ` xsi:type="o:Other"`, ` xsi:type="x:y"`), func() {
			s.maybe(func() { s.leaf("name", "N") }, func() { s.leaf("born", "2001-02-03") }, s.address("home"), func() { s.leaf("register", "12") }, s.some(func() {
				if depth < 3 {
					s.party("child", depth+1)()
				}
			}))
		})
	}
}

// reply writes one reply.
func (s *sketch) reply() *datasources.Reply {
	s.WriteString(`<o:GetOrdersResponse xmlns:o="urn:orders" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	s.maybe(s.some(s.order), func() { s.leaf("total", "2") }, s.party("party", 0), func() { s.leaf("any", "x", "<x>1</x>") })
	s.WriteString(`</o:GetOrdersResponse>`)
	text := wrap(s.String())
	status := http.StatusOK
	if s.isOdd {
		switch s.IntN(30) {
		case 0:
			text = text[:s.IntN(len(text))]
		case 1:
			text += s.one("x", "<x/>", " ", "<!-- -->")
		case 2:
			text = wrap(`<S:Fault><faultcode>S:Server</faultcode><faultstring>no</faultstring></S:Fault>` + s.String())
		case 3:
			text = strings.Replace(text, "<S:Header/>", `<S:Header><h:x xmlns:h="urn:h" S:mustUnderstand="1"/></S:Header>`, 1)
		case 4:
			status = http.StatusInternalServerError
		}
	}
	return &datasources.Reply{Status: status, Header: http.Header{"Content-Type": {"text/xml; charset=utf-8"}}, Body: []byte(text)}
}

// TestScanningEqualsEvaluating holds replies that the contract allows, and others, against selections of all forms.
func TestScanningEqualsEvaluating(t *testing.T) {
	t.Parallel()
	all := ways(t)
	scanned, replies := make([]int, len(all)), 0
	for seed := range uint64(400) {
		s := sketch{Rand: rand.New(rand.NewPCG(seed, 1)), isOdd: seed%3 == 0}
		reply := s.reply()
		replies++
		for i, b := range all {
			b.check(t, reply)
			if b.compiles() && b.scans(reply) {
				scanned[i]++
			}
		}
	}
	for i, b := range all {
		t.Logf("%s: compiles %t, %d of %d replies are scanned", b.name, b.compiles(), scanned[i], replies)
		if b.compiles() && scanned[i] < replies/4 {
			t.Errorf("%s: %d of %d replies are scanned", b.name, scanned[i], replies)
		}
	}
}

func TestAllStylesAreScanned(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		setup setup
		shape *table.Shape
		body  string
	}{
		"bare text": {
			convert, &table.Shape{Levels: []table.Level{{Kind: table.Leaf, Members: []table.Member{{Type: &table.Type{Leaf: table.Float}}}}}},
			`<fahrenheit xmlns="http://example.org/temperature">97.88</fahrenheit>`,
		},
		"rpc":                        {add.selecting("a"), leavesOf(false, "a"), `<r:AddResponse xmlns:r="urn:rpc"><a>7</a></r:AddResponse>`},
		"rpc, a part of any name":    {add.selecting("a"), leavesOf(false, "a"), `<r:AddResponse xmlns:r="urn:rpc"><x>7</x></r:AddResponse>`},
		"rpc, a part in a namespace": {add.selecting("a"), leavesOf(false, "a"), `<r:AddResponse xmlns:r="urn:rpc"><r:a>7</r:a></r:AddResponse>`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := bothOf(t, c.setup, c.shape)
			r := &datasources.Reply{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/xml"}}, Body: []byte(wrap(c.body))}
			b.check(t, r)
			if !b.scans(r) {
				t.Error("not scanned")
			}
		})
	}
}

func FuzzScan(f *testing.F) {
	all := ways(f)
	for seed := range uint64(20) {
		s := sketch{Rand: rand.New(rand.NewPCG(seed, 2)), isOdd: true}
		f.Add(uint8(seed), s.reply().Body)
	}
	f.Fuzz(func(t *testing.T, n uint8, body []byte) {
		all[int(n)%len(all)].check(t, &datasources.Reply{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/xml"}}, Body: body})
	})
}
