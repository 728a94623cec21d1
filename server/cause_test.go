package server

import (
	"errors"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weftgraph/weft/datasources"
)

// A back end that sends megabytes of nonsense cannot fill the log with them.
func TestCausesAreLoggedUpToABound(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zap.InfoLevel)
	o := &operations{log: zap.New(core)}
	for cause, want := range map[string]string{
		"the reply is no XML":           "the reply is no XML",
		strings.Repeat("ä", 1<<20):      strings.Repeat("ä", maxCauseBytes/2) + "…",
		"x" + strings.Repeat("ä", 1000): "x" + strings.Repeat("ä", maxCauseBytes/2-1) + "…",
	} {
		failed := &datasources.Error{Code: datasources.CodeResponseInvalid, Cause: errors.New(cause)} //nolint:err113 // any error will do
		o.logCauses(gqlerror.List{{Message: "m", Err: failed}})
		entries := logs.TakeAll()
		if len(entries) != 1 || entries[0].ContextMap()["cause"] != want {
			t.Errorf("%.20q: got %v", cause, entries)
		}
	}
}
