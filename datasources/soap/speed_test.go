package soap

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// ordersReply is a reply with n orders of some 1,300 bytes, indented as servers do it, each with two lines.
func ordersReply(n int) []byte {
	var b strings.Builder
	b.WriteString(`<GetOrdersResponse xmlns="urn:orders" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	for i := range n {
		fmt.Fprintf(&b, `
  <order currency="EUR" version="%d">
    <id>%d</id>
    <number>2025-%06d</number>
    <state>SHIPPED</state>
    <placed>2025-03-01T12:34:56.789+01:00</placed>
    <due>2025-03-14</due>
    <amount>%d.50</amount>
    <weight>1.25E3</weight>
    <express>true</express>
    <note xsi:nil="true"/>
    <address>
      <street>Löwenstraße %d</street>
      <city>Baden &amp; Umgebung</city>
      <zip>76530</zip>
      <country>DE</country>
    </address>
    <line no="1">
      <sku>SKU-%06d</sku>
      <title>Espresso machine, stainless steel</title>
      <quantity>1</quantity>
      <price currency="EUR">1299.00</price>
    </line>
    <line no="2">
      <sku>SKU-%06d</sku>
      <title>Filter paper &quot;No. 4&quot;</title>
      <quantity>12</quantity>
      <price currency="EUR">3.95</price>
    </line>
    <tag>retail</tag>
    <tag>gift</tag>
    <card>4711</card>
  </order>`, i%9, 1000000+i, i, i, i, i, i+1)
	}
	fmt.Fprintf(&b, "\n  <total>%d</total>\n</GetOrdersResponse>", n)
	return []byte(wrap(b.String()))
}

// ordersEnvelope is what a Go program would read the same of the reply with.
type ordersEnvelope struct {
	XMLName xml.Name `xml:"http://schemas.xmlsoap.org/soap/envelope/ Envelope"`
	Body    struct {
		Response struct {
			Orders []struct {
				Currency string   `xml:"currency,attr"`
				ID       int64    `xml:"id"`
				Number   string   `xml:"number"`
				State    string   `xml:"state"`
				Placed   string   `xml:"placed"`
				Due      string   `xml:"due"`
				Amount   string   `xml:"amount"`
				Weight   float64  `xml:"weight"`
				Express  bool     `xml:"express"`
				Note     *string  `xml:"note"`
				Tags     []string `xml:"tag"`
				Address  struct {
					Street  string `xml:"street"`
					City    string `xml:"city"`
					Zip     string `xml:"zip"`
					Country string `xml:"country"`
				} `xml:"address"`
				Lines []struct {
					No       int    `xml:"no,attr"`
					SKU      string `xml:"sku"`
					Title    string `xml:"title"`
					Quantity int    `xml:"quantity"`
					Price    struct {
						Currency string `xml:"currency,attr"`
						Text     string `xml:",chardata"`
					} `xml:"price"`
				} `xml:"line"`
			} `xml:"order"`
		} `xml:"urn:orders GetOrdersResponse"`
	} `xml:"http://schemas.xmlsoap.org/soap/envelope/ Body"`
}

const ordersSelection = `$.order {
	currency: $."@currency" id number state placed due amount weight express note tags: tag
	address { street city zip country }
	lines: line { no: $."@no" sku title quantity price { currency: $."@currency" amount: $."#text" } }
}`

// ordersShape asks for all of ordersSelection.
func ordersShape() *table.Shape {
	leaf := func(kind table.LeafKind, path string) table.Member {
		return table.Member{Path: []string{path}, Type: &table.Type{Leaf: kind}}
	}
	return &table.Shape{List: true, Levels: []table.Level{
		{Types: []string{"Order"}, Members: []table.Member{
			leaf(table.String, "currency"), leaf(table.ID, "id"), leaf(table.String, "number"),
			{Path: []string{"state"}, Type: &table.Type{Leaf: table.Enum, Values: []string{"OPEN", "SHIPPED"}}},
			leaf(table.String, "placed"), leaf(table.String, "due"), leaf(table.Any, "amount"), leaf(table.Float, "weight"),
			leaf(table.Boolean, "express"), leaf(table.String, "note"),
			{Path: []string{"tags"}, Type: &table.Type{Elem: &table.Type{Leaf: table.String}}},
			{Path: []string{"address"}, Child: 1},
			{Path: []string{"lines"}, Child: 2, List: true},
		}},
		{Types: []string{"Address"}, Members: []table.Member{
			leaf(table.String, "street"), leaf(table.String, "city"), leaf(table.String, "zip"), leaf(table.String, "country"),
		}},
		{Types: []string{"Line"}, Members: []table.Member{
			leaf(table.Int, "no"), leaf(table.String, "sku"), leaf(table.String, "title"), leaf(table.Int, "quantity"), {Path: []string{"price"}, Child: 3},
		}},
		{Types: []string{"Price"}, Members: []table.Member{leaf(table.String, "currency"), leaf(table.Any, "amount")}},
	}}
}

func ordersSetup(selection string, mode response.Mode) setup {
	return setup{wsdl: "orders.wsdl", operation: "GetOrders", selection: selection, options: Options{Mode: mode}}
}

func ordersOf(n int) *datasources.Reply {
	return &datasources.Reply{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/xml; charset=utf-8"}}, Body: ordersReply(n)}
}

// BenchmarkDecode makes tables of replies with memory that is used again, as the gateway does.
func BenchmarkDecode(b *testing.B) {
	shape := ordersShape()
	for _, n := range []int{1, 100, 1000} {
		reply := ordersOf(n)
		for mode, name := range map[response.Mode]string{response.Auto: "scan", response.EvaluateOnly: "evaluate"} {
			b.Run(fmt.Sprintf("rows=%d/%s", n, name), func(b *testing.B) {
				f := ordersSetup(ordersSelection, mode).fetcher(b, shape)
				env := &mapping.Env{}
				dst := table.NewBuilder(shape, reply.Body)
				b.ReportAllocs()
				b.SetBytes(int64(len(reply.Body)))
				for b.Loop() {
					dst.Recycle(reply.Body)
					if _, err := f.Decode(reply, env, dst); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(fmt.Sprintf("rows=%d/encoding-xml", n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(reply.Body)))
			for b.Loop() {
				var e ordersEnvelope
				if err := xml.Unmarshal(reply.Body, &e); err != nil || len(e.Body.Response.Orders) != n {
					b.Fatal(err)
				}
			}
		})
	}
}
