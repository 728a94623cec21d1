package server

import "github.com/weftgraph/weft/graph/value"

// maxJSONValues bounds the values of a request's body, those in arrays and objects included. A megabyte of body has room for half a
// million of them, which would take a hundred times its memory.
const maxJSONValues = 200_000

// What `extensions.limit` says of JSON that nests deeper than value.MaxDepth, or has more than maxJSONValues values.
const (
	limitJSONNesting = "json_nesting"
	limitJSONValues  = "json_values"
)

// beyond makes a refusal of a request that exceeds a limit.
func beyond(limit string, status int, format string, args ...any) *refusal {
	refused := refuse(status, codeLimitExceeded, format, args...)
	refused.err.Extensions["limit"] = limit
	return refused
}

// parseJSON reads JSON of a request.
func parseJSON(text []byte) (value.Value, error) { return value.ParseAtMost(text, maxJSONValues) }
