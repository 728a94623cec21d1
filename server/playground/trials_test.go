package playground

import (
	"context"
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// Who waits is told soon, and the evaluation, which cannot be stopped, ends by itself and makes room for the next.
func TestEvaluationsAreNotWaitedForWithoutEnd(t *testing.T) {
	t.Parallel()
	input, err := value.Parse([]byte("[1" + strings.Repeat(",1", 999) + "]"))
	if err != nil {
		t.Fatal(err)
	}
	slow := mapping.Trial{Mode: mapping.V04, Input: input, Mapping: "$->as($l)->map($l->map($l->map({a: @, b: @})->size))"}
	trials := newTrials(maxTrialTime)
	trials.running <- struct{}{}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if got := trials.run(over, &slow); got.Error == nil || got.Error.Message != "the evaluation takes longer than 1s" {
		t.Errorf("while another one is running: %+v", got)
	}
	<-trials.running
	if got := trials.run(over, &slow); got.Error == nil || got.Error.Message != "the evaluation takes longer than 1s" {
		t.Errorf("while it is running itself: %+v", got)
	}
	trials.running <- struct{}{}
}
