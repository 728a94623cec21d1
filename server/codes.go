package server

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Codes of request errors that the HTTP edge gives, from the catalogue of client errors.
const (
	codeBadRequest                = "BAD_REQUEST"
	codeLimitExceeded             = "LIMIT_EXCEEDED"
	codePersistedQueryNotFound    = "PERSISTED_QUERY_NOT_FOUND"
	codePersistedQueryUnsupported = "PERSISTED_QUERY_NOT_SUPPORTED"
	codeBatchingNotEnabled        = "BATCHING_NOT_ENABLED"
	codeCSRF                      = "CSRF_PREVENTED"
	codeInternal                  = "INTERNAL_SERVER_ERROR"
	codeRequestTimeout            = "REQUEST_TIMEOUT"
	codeSubscriptionReload        = "SUBSCRIPTION_SCHEMA_RELOAD"
	codeOverloaded                = "OVERLOADED"
	codeWithheld                  = "ANSWER_WITHHELD"
	codeUnauthenticated           = "UNAUTHENTICATED"
	codeAuthUnavailable           = "AUTHENTICATION_UNAVAILABLE"
	codeRateLimited               = "RATE_LIMITED"
)

// codeOf is the code of an error, empty if it has none.
func codeOf(err *gqlerror.Error) string {
	code, _ := err.Extensions["code"].(string)
	return code
}

// refusal is a request that is not executed: an HTTP status and the error that says why.
type refusal struct {
	status int
	err    *gqlerror.Error
}

func refuse(status int, code, format string, args ...any) *refusal {
	return &refusal{status, &gqlerror.Error{
		Message:    fmt.Sprintf(format, args...),
		Extensions: map[string]any{"code": code},
	}}
}
