package server //nolint:testpackage // what is remembered of a generation that is gone shows nowhere

import (
	"testing"

	"github.com/weftgraph/weft/graph"
)

func TestAnswersOfAGenerationThatIsGoneAreNotKept(t *testing.T) {
	t.Parallel()
	k, first, second := newKnown(), new(graph.Generation), new(graph.Generation)
	answer := &graph.Answer{Whole: []byte(`{"data":{}}`)}
	for _, body := range []string{"a", "b", "c"} {
		k.put([]byte(body), first, answer)
	}
	k.put([]byte("d"), second, answer)
	for _, body := range []string{"a", "b", "c"} {
		if k.get([]byte(body), first) != nil {
			t.Errorf("%s is kept, and its generation with it", body)
		}
	}
	if k.get([]byte("d"), second) != answer {
		t.Error("the present one's is not known")
	}
}
