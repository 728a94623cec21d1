package server

import (
	"net/http"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/server/config"
)

// statusPartial tells that data and errors came, in the draft profile (GraphQL over HTTP, "Partial success").
const statusPartial = 294

// statusOf decides the HTTP status of every answer to a request that was well formed, executed or not. Requests that are not well
// formed are refusals, which have a status of their own whatever the media type.
//
// Clients of plain application/json take every status but 200 for one that some machine on the way has given. So they get 200 for
// whatever is wrong with a document (GraphQL over HTTP, "application/json"). In application/graphql-response+json the status tells:
// 400 for what was not executed, and in the draft profile 422 for documents that can be read but not be executed, and 294 for data
// with errors.
//
// A limit of ours, or a defect, is no answer to the document: it has its own status in both media types.
func statusOf(profile config.StatusProfile, mediaType string, a *graph.Answer) int {
	isPlain := mediaType != mediaGraphQL
	switch {
	case a.Data == nil:
		return requestErrorStatus(profile, isPlain, a.Errors)
	case !isPlain && profile == config.Draft && len(a.Errors) > 0 && string(a.Data) != "null":
		return statusPartial
	default:
		return http.StatusOK
	}
}

// requestErrorStatus is the status of what was not executed. Of several errors the gravest counts.
func requestErrorStatus(profile config.StatusProfile, isPlain bool, errs gqlerror.List) int {
	status := http.StatusOK
	for _, err := range errs {
		status = max(status, codeStatus(profile, isPlain, err.Extensions["code"]))
	}
	return status
}

func codeStatus(profile config.StatusProfile, isPlain bool, code any) int {
	switch code {
	case codeInternal:
		return http.StatusInternalServerError
	case codeRateLimited:
		return http.StatusTooManyRequests
	case codePersistedQueryNotFound, codePersistedQueryUnsupported:
		return http.StatusOK // what Apollo's server answers, and no failure: the client sends the text
	case graph.CodeParseFailed, graph.CodeValidationFailed, graph.CodeBadUserInput, graph.CodeOperationResolution:
		switch {
		case isPlain:
			return http.StatusOK
		case profile == config.Draft && code != graph.CodeParseFailed:
			return http.StatusUnprocessableEntity
		}
	}
	return http.StatusBadRequest
}

// timeoutStatus is the status of an operation whose time was over before it began.
func timeoutStatus(mediaType string) int {
	if mediaType == mediaGraphQL {
		return http.StatusGatewayTimeout
	}
	return http.StatusOK
}
