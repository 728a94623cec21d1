package soap

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping/form"
)

// What people write who know the service by its envelopes, its actions or its proxies: each is told what to write instead.
func TestTypicalMistakesAreToldWhatToWrite(t *testing.T) {
	t.Parallel()
	const orders = "customerId: 1"
	for _, c := range []struct {
		name                          string
		operation, message, selection string
		want                          string
	}{
		{"an operation that nothing is spelled like", "List", orders, "", `port "OrdersSoap" has no operation "List" (it has GetOrders)`},
		{"an action", "http://tempuri.org/GetOrders", orders, "", `port "OrdersSoap" has no operation "http://tempuri.org/GetOrders"; did you mean "GetOrders"?`},
		{
			"the wrapper in a message", "GetOrders", "GetOrders: { customerId: 1 }", "",
			`element "GetOrders" has no field "GetOrders" (write what is inside of element "GetOrders", without its name and those of what is around it)` +
				"\n" + `element "GetOrders" needs "customerId", which the message does not give`,
		},
		{
			"the wrapper in a selection", "GetOrders", orders, "$.GetOrdersResponse.GetOrdersResult.Order { Id }",
			`element "GetOrdersResponse" has no field "GetOrdersResponse" (write what is inside of element "GetOrdersResponse", without its name and those of what is around it)`,
		},
		{
			"the envelope in a selection", "GetOrders", orders, "$.Envelope.Body.GetOrdersResponse",
			`element "GetOrdersResponse" has no field "Envelope" (write what is inside of element "GetOrdersResponse", without its name and those of what is around it)`,
		},
		{
			"the items of an array as its own", "GetOrders", orders, "$.GetOrdersResult { Id }",
			`element "GetOrdersResponse/GetOrdersResult" has no field "Id" ("Id" is inside of "Order")`,
		},
		{
			"a name that nothing is spelled like", "GetOrders", orders, "$.GetOrdersResult.Order { Id Something }",
			`element "GetOrdersResponse/GetOrdersResult/Order" has no field "Something" (it has "Id", "Comment", "Total", "Placed", "Parent", "Courier")`,
		},
		{
			"a list in place of an array", "GetOrders", orders + " filter: { states: $args.list }", "",
			`element "GetOrders/filter/states" has an element for each item of a list, and the message gives the list: write { string: … }`,
		},
		{"a list inside of an array", "GetOrders", orders + " filter: { states: { string: $args.list } }", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := setup{wsdl: "dotnet.wsdl", operation: c.operation, message: c.message, selection: c.selection}
			s.change = func(_ *datasources.Settings, c *datasources.Connector) {
				c.Variable = args(map[string]form.Form{"list": form.ListOf(form.Of(form.String))})
			}
			_, found := s.bind(t)
			var lines []string
			for _, d := range found {
				_, text, _ := strings.Cut(d.Error(), "]: ")
				for _, n := range d.Notes {
					text += " (" + n.Message + ")"
				}
				lines = append(lines, text)
			}
			if d := cmp.Diff(c.want, strings.Join(lines, "\n")); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// A name in quotes alone is a text, which is seldom meant when the contract has an attribute of that name.
func TestTextsThatLookLikeAttributesAreTold(t *testing.T) {
	t.Parallel()
	for selection, want := range map[string]string{
		`$.invoice { currency: "@currency" }`:                    `this is the text "@currency", and reads nothing: the value of that name is $."@currency"`,
		`$.invoice { text: amount { of: "#text" } }`:             `this is the text "#text", and reads nothing: the value of that name is $."#text"`,
		`$.invoice { currency: amount."@currency" note: "@me" }`: "",
		`$.invoice { amount: amount { of: $."@currency" } }`:     "",
	} {
		_, found := setup{wsdl: "billing/billing.wsdl", operation: "GetInvoice", message: "$args", selection: selection}.bind(t)
		var got strings.Builder
		for _, d := range found {
			got.WriteString(d.Message)
		}
		if d := cmp.Diff(want, got.String()); d != "" {
			t.Errorf("%s: (-want +got)\n%s", selection, d)
		}
	}
}
