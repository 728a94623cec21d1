package graph

import (
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/execute"
)

// Codes of request errors, from the catalogue of client errors.
const (
	CodeParseFailed         = "GRAPHQL_PARSE_FAILED"
	CodeValidationFailed    = "GRAPHQL_VALIDATION_FAILED"
	CodeBadUserInput        = "BAD_USER_INPUT"
	CodeOperationResolution = "OPERATION_RESOLUTION_FAILURE"
	CodeNotTrusted          = "DOCUMENT_NOT_TRUSTED"
	CodeLimitExceeded       = "LIMIT_EXCEEDED"
	CodeCostExceeded        = "COST_LIMIT_EXCEEDED"
	CodeRequestTimeout      = "REQUEST_TIMEOUT"
	CodeInternal            = "INTERNAL_SERVER_ERROR"
	CodeUnauthorized        = execute.CodeUnauthorized
)

// withCode sets `extensions.code` unless there is one, and returns err.
func withCode(err *gqlerror.Error, code string) *gqlerror.Error {
	if err.Extensions == nil {
		err.Extensions = map[string]any{}
	}
	if _, ok := err.Extensions["code"]; !ok {
		err.Extensions["code"] = code
	}
	return err
}

func codedError(code, format string, args ...any) *gqlerror.Error {
	return withCode(gqlerror.Errorf(format, args...), code)
}
