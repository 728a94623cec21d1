package server //nolint:testpackage // what is remembered of a generation that is gone shows nowhere

import (
	"testing"

	"github.com/weftgraph/weft/graph"
)

func TestAnswersOfAGenerationThatIsGoneAreNotKept(t *testing.T) {
	t.Parallel()
	var k knownBodies
	first, second := new(graph.Generation), new(graph.Generation)
	answer := &graph.Answer{Whole: []byte(`{"data":{}}`)}
	for _, body := range []string{"a", "b", "c"} {
		k.of(first).put([]byte(body), graph.Query{}, answer)
	}
	k.of(second).put([]byte("d"), graph.Query{}, answer)
	for _, body := range []string{"a", "b", "c"} {
		if k.of(second).get([]byte(body)) != nil || k.of(first).get([]byte(body)) != nil {
			t.Errorf("%s is kept, and its generation with it", body)
		}
	}
	k.of(second).put([]byte("d"), graph.Query{}, answer)
	if b := k.of(second).get([]byte("d")); b == nil || b.answer != answer {
		t.Error("the present one's is not known")
	}
}
