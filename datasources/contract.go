package datasources

import (
	"github.com/weftgraph/weft/graph/diag"
)

// ContractError is returned by Open when a contract (proto files, WSDL and schemas) was read and is wrong. Its diagnostics
// stand in the contract's own files.
type ContractError struct{ Diagnostics diag.List }

// Error implements error: the first diagnostic, and how many there are.
func (e *ContractError) Error() string {
	if len(e.Diagnostics) == 0 {
		return "the contract cannot be used"
	}
	first := e.Diagnostics[0]
	if first.Span.IsZero() {
		return first.Message
	}
	return first.Span.String() + ": " + first.Message
}
