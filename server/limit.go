package server

// limitJSONNesting is what `extensions.limit` says of JSON that nests deeper than value.MaxDepth.
const limitJSONNesting = "json_nesting"

// exceed makes a refusal of a request that exceeds a limit.
func exceed(limit string, status int, format string, args ...any) *refusal {
	refused := refuse(status, codeLimitExceeded, format, args...)
	refused.err.Extensions["limit"] = limit
	return refused
}
