package datasources

import (
	"strings"

	"github.com/weftgraph/weft/graph/mapping"
)

// Describe says in one line what the connector sends, with its mappings as they are written: "GET /users?id={$batch.id}". Plans, waterfalls
// and traces show it; it holds no values.
func (c *HTTPConnector) Describe() string {
	var b strings.Builder
	b.WriteString(c.Method)
	b.WriteByte(' ')
	for _, part := range c.URL.Parts() {
		if part.Hole != nil {
			b.WriteString("{" + part.Hole.String() + "}")
		} else {
			b.WriteString(part.Text)
		}
	}
	if c.Path != nil {
		b.WriteString("/{" + c.Path.String() + "}")
	}
	if c.QueryParams != nil {
		separator := "?"
		if strings.Contains(c.URL.Text(), "?") {
			separator = "&"
		}
		b.WriteString(separator + describeParams(c.QueryParams))
	}
	return b.String()
}

// describeParams writes a list of aliased entries as a query string, and every other mapping as it is.
func describeParams(m *mapping.Mapping) string {
	text, fields := m.Text(), m.Outputs().Fields
	params := make([]string, 0, len(fields))
	for i, f := range fields {
		end := len(text)
		if i+1 < len(fields) {
			end = fields[i+1].Offset
		}
		if end < f.End {
			return "{" + m.String() + "}"
		}
		expression, ok := strings.CutPrefix(strings.TrimSpace(text[f.End:end]), ":")
		if !ok {
			return "{" + m.String() + "}"
		}
		params = append(params, f.Name+"={"+strings.Join(strings.Fields(expression), " ")+"}")
	}
	if len(params) == 0 {
		return "{" + m.String() + "}"
	}
	return strings.Join(params, "&")
}

// Describe says in one line what the connector calls, with its mapping as it is written:
// "shipping.v1.Shipping/BatchGetShipments order_ids: $batch.id".
func (c *GRPCConnector) Describe() string { return describeMessage(c.Method, c.Message) }

// Describe says in one line what the connector calls, with its mapping as it is written: "GetInvoice orderId: $this.id".
func (c *SOAPConnector) Describe() string { return describeMessage(c.Operation, c.Message) }

func describeMessage(operation string, message *mapping.Mapping) string {
	if message == nil || message.IsEmpty() {
		return operation
	}
	return operation + " " + strings.Join(strings.Fields(message.Text()), " ")
}
