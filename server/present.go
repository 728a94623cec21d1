package server

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/zap"
)

// presentError shows GraphQL errors as they are and hides every other one. gqlgen asks it for errors that extensions add.
func presentError(_ context.Context, err error) *gqlerror.Error {
	var shown *gqlerror.Error
	if errors.As(err, &shown) {
		return shown
	}
	return &gqlerror.Error{
		Err:        err,
		Message:    "Internal server error",
		Extensions: map[string]any{"code": codeInternal},
	}
}

// recoverWith returns what gqlgen does with panics of its own goroutines and of the transports' surroundings: they are
// logged with their stack and hidden.
func recoverWith(log *zap.Logger) graphql.RecoverFunc {
	return func(_ context.Context, p any) error {
		log.Error("panic", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
		return fmt.Errorf("panic: %v", p)
	}
}
