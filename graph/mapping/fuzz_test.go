package mapping

import (
	"os"
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/value"
)

// exampleTexts returns the mappings of the worked examples, as seeds.
func exampleTexts(tb testing.TB) []string {
	tb.Helper()
	var texts []string
	for _, file := range []string{"testdata/examples.txt", "testdata/rules.txt"} {
		content, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		for line := range strings.SplitSeq(string(content), "\n") {
			if columns := strings.Split(line, " | "); len(columns) > 2 {
				texts = append(texts, columns[1])
			}
		}
	}
	return texts
}

func fuzzInput(tb testing.TB) value.Value {
	tb.Helper()
	v, err := value.Parse([]byte(`{
		"id": 7, "name": "Ann", "org": {"id": 1, "x": null, "k": {"v": "a"}}, "tags": ["x", "y"], "addr": null, "a": 1.5,
		"rows": [{"id": 1, "k": {"v": "a"}}, {"id": 2}, null, 3], "m": [[{"z": 1}], [{"z": 2}, {}]], "b": true, "s": "héllo"
	}`))
	if err != nil {
		tb.Fatal(err)
	}
	return v
}
