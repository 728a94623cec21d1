package datasources

import "github.com/weftgraph/weft/graph/diag"

// DetailType names a type of messages that a gRPC server adds to the status of a failure: a full name, a name of the package google.rpc
// without it, or AllDetails.
type DetailType struct {
	Name string
	// At is where it stands in a document; no place for one of the configuration.
	At diag.Span
}

// AllDetails stands for all types but google.rpc.DebugInfo, which has a stack.
const AllDetails = "*"

// GoogleDetails are the messages of google.rpc that are meant for details.
func GoogleDetails() []string {
	return []string{
		"BadRequest", "DebugInfo", "ErrorInfo", "Help", "LocalizedMessage", "PreconditionFailure", "QuotaFailure", "RequestInfo",
		"ResourceInfo", "RetryInfo",
	}
}
