package value_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestIndentedJSONHasAMemberPerLine(t *testing.T) {
	t.Parallel()
	want := `{
  "a": [
    1.50,
    {
      "b": "<\n>"
    }
  ],
  "e": [],
  "o": {}
}`
	got := string(parse(t, `{"a":[1.50,{"b":"<\n>"}],"e":[],"o":{}}`).AppendIndented(nil))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
