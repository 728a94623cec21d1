package soap

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// billingEnvelope is what the billing service reads, by the standard library and with all names spelled out.
type billingEnvelope struct {
	XMLName xml.Name `xml:"http://schemas.xmlsoap.org/soap/envelope/ Envelope"`
	Body    struct {
		GetInvoice *struct {
			Parts []struct {
				XMLName xml.Name
				Text    string     `xml:",chardata"`
				Attrs   []xml.Attr `xml:",any,attr"`
			} `xml:",any"`
		} `xml:"urn:shop:billing:types GetInvoice"`
		PayInvoice *struct {
			Number string `xml:"urn:shop:billing:types number"`
			Amount struct {
				Currency string `xml:"currency,attr"`
				Text     string `xml:",chardata"`
			} `xml:"urn:shop:billing:types amount"`
			Method string `xml:"urn:shop:billing:types method"`
		} `xml:"urn:shop:billing:types PayInvoice"`
	} `xml:"http://schemas.xmlsoap.org/soap/envelope/ Body"`
}

// billing is a service of the billing contract that refuses what does not follow it.
func billing(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	refuse := func(code, text string) {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = fmt.Fprint(w, wrap("<S:Fault><faultcode>S:"+code+"</faultcode><faultstring>"+text+"</faultstring></S:Fault>"))
	}
	var e billingEnvelope
	if err := xml.NewDecoder(r.Body).Decode(&e); err != nil { //nolint:musttag // all that is there are elements, with tags
		refuse("Client", "not readable")
		return
	}
	// The header's name is compared as it was spelled: some servers do.
	action := strings.Join(r.Header["Soapaction"], "")
	switch {
	case r.Method != http.MethodPost || r.Header.Get("Content-Type") != "text/xml; charset=utf-8":
		refuse("Client", "not SOAP 1.1")
	case e.Body.GetInvoice != nil && action == `"urn:shop:billing/GetInvoice"`:
		parts := e.Body.GetInvoice.Parts
		if len(parts) == 0 || parts[0].XMLName != (xml.Name{Space: "urn:shop:billing:types", Local: "orderId"}) {
			refuse("Client", "orderId comes first")
			return
		}
		if parts[0].Text == "0" {
			refuse("Server.Gone", "no such order")
			return
		}
		_, _ = fmt.Fprint(w, wrap(fmt.Sprintf(`<b:GetInvoiceResponse xmlns:b="urn:shop:billing:types"><b:invoice>
			<b:number>INV-%s</b:number><b:due>2025-01-31</b:due><b:amount currency="EUR">12.50</b:amount><b:paid>false</b:paid>
			<b:line><b:sku>A</b:sku><b:quantity>%d</b:quantity><b:price>1.00</b:price></b:line></b:invoice></b:GetInvoiceResponse>`, parts[0].Text, len(parts))))
	case e.Body.PayInvoice != nil && action == `"urn:shop:billing/PayInvoice"`:
		p := e.Body.PayInvoice
		_, _ = fmt.Fprint(w, wrap(fmt.Sprintf(`<b:PayInvoiceResponse xmlns:b="urn:shop:billing:types"><b:invoice><b:number>%s</b:number>
			<b:due/><b:amount currency="%s">%s</b:amount><b:paid>true</b:paid><b:note>%s</b:note></b:invoice></b:PayInvoiceResponse>`,
			p.Number, p.Amount.Currency, p.Amount.Text, p.Method)))
	default:
		refuse("Client", "no such action")
	}
}

func TestServiceIsCalledByItsContract(t *testing.T) {
	t.Parallel()
	base := serve(t, billing)
	for _, c := range []struct {
		setup

		args, want string
	}{
		{
			setup{operation: "GetInvoice", message: "asOf: null orderId: $args.id", selection: "$.invoice { number due amount: $.amount.'#text' line { quantity } }"},
			`{"id":7}`, `{"number":"INV-7","due":"2025-01-31","amount":12.50,"line":[{"quantity":2}]}`,
		},
		{
			setup{operation: "PayInvoice", message: `method: "CARD" number: $args.number amount: { "@currency": "EUR" "#text": $args.amount }`, selection: "$.invoice { number paid note amount }"},
			`{"number":"INV-8","amount":99999999999.123456789}`,
			`{"number":"INV-8","paid":true,"note":"CARD","amount":{"@currency":"EUR","#text":99999999999.123456789}}`,
		},
		{setup{operation: "GetInvoice", message: "orderId: $args.id", selection: "$.invoice.number"}, `{"id":0}`, `CONNECTOR_FETCH: Request failed: operation GetInvoice: Fault Server.Gone: no such order`},
	} {
		t.Run(c.operation, func(t *testing.T) {
			t.Parallel()
			c.wsdl, c.address = "billing/billing.wsdl", base
			shape := anyShape()
			env := &mapping.Env{}
			env.Vars[mapping.Args] = parseValue(t, c.args)
			got, err := call(t.Context(), t, c.fetcher(t, shape), shape, env)
			if err != nil {
				got = err.Error()
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestRowsFillTheTable(t *testing.T) {
	t.Parallel()
	shape := &table.Shape{List: true, Levels: []table.Level{{
		Types: []string{"Stock"},
		Members: []table.Member{
			{Path: []string{"sku"}, Type: &table.Type{Leaf: table.ID}},
			{Path: []string{"available"}, Type: &table.Type{Leaf: table.Int}},
		},
	}}}
	s := getStock
	s.selection = "$.return { sku available }"
	s.address = answer(t, http.StatusOK, "text/xml", wrap(`<n:getStockResponse xmlns:n="http://ws.example.com/">
		<return><available>1</available><sku>a</sku></return><return><available>x</available></return></n:getStockResponse>`))
	f := s.fetcher(t, shape)
	r, err := f.Request(&mapping.Env{})
	if err != nil {
		t.Fatal(err)
	}
	reply, err := f.Do(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	b := table.NewBuilder(shape, reply.Body)
	outcome, err := f.Decode(reply, &mapping.Env{}, b)
	if err != nil || outcome.Rows != 2 || outcome.Status != http.StatusOK || outcome.Bytes != len(reply.Body) {
		t.Fatalf("got %+v, %v", outcome, err)
	}
	want := "root=[0:2]\n0.0 tag 1 sku=\"a\" available=1\n0.1 tag 1 sku=missing available=mismatch\ndoubts 1\n"
	if d := cmp.Diff(want, strings.Split(b.Finish().Dump(shape), "fault")[0]); d != "" {
		t.Error(d)
	}
}
