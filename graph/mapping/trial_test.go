package mapping

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/value"
)

func TestVersionsAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Mode{
		"v0.1": V02, "0.1": V02, "v0.2": V02, "v0.3": V03, "0.4": V04, "connect/v0.4": V04,
		"https://specs.apollo.dev/connect/v0.2": V02, "https://weftgraph.dev/connect/v0.1": V04, "weft/v0.1": V04,
	} {
		if got, err := ParseVersion(text); err != nil || got != want {
			t.Errorf("%s: got %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "v", "v0.5", "v0.10", "weft/v0.4", "https://specs.apollo.dev/federation/v2.12", "0.4/"} {
		if got, err := ParseVersion(text); err == nil {
			t.Errorf("%q: got %s", text, got)
		}
	}
}

func TestTrialsAnswerWhatTheyAreAsked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ trial, want string }{
		{`{"mapping":"id","input":{"id":1.50}}`, `{"result":{"id":1.50},"problems":[]}`},
		{`{"mapping":"$.b.c"}`, `{"problems":[{"message":"Property .b not found in null","path":"b","count":1}]}`},
		{`{"mapping":"$","spec":null,"vars":null}`, `{"result":null,"problems":[]}`},
		{`{"mapping":"$([$a, $args])","vars":{"$a":1,"args":null}}`, `{"result":[1,null],"problems":[]}`},
		{`{"mapping":"x: \"b\"","spec":"v0.3","input":{"b":1}}`, `{"result":{"x":1},"problems":[]}`},
		{`{"mapping":"a."}`, `expected a name but the text ends at offset 2`},
		{`{"mapping":"$","vars":{"@":1}}`, `"@" is no name of a variable`},
		{`{"mapping":"$","vars":{"$$a":1}}`, `"$$a" is no name of a variable`},
		{`{"mapping":"$","vars":[]}`, `variables must be an object, not an array`},
		{`{"mapping":"$","spec":0.4}`, `"spec" must be a string such as "v0.4", not a number`},
		{`{"input":1}`, `"mapping" must be a string, not missing`},
		{`[]`, `expected an object with "mapping" but found an array`},
		{`{"mapping":"$"} {}`, `expected end of text but found '{' at offset 16`},
		{`{"mapping":"$","input":` + strings.Repeat("[", 600), `nested deeper than 512 levels at offset 534`},
	} {
		if got := answer([]byte(c.trial)); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.trial, got, c.want)
		}
	}
}

// answer is the outcome of a trial as JSON, or the text of its error.
func answer(text []byte) string {
	trial, err := ReadTrial(text)
	if err != nil {
		return err.Error()
	}
	o, err := trial.Run()
	if err != nil {
		return err.Error()
	}
	return string(o.AppendJSON(nil))
}

// FuzzTrial checks that whatever a tool sends is answered, by JSON or an error.
func FuzzTrial(f *testing.F) {
	for _, text := range exampleTexts(f) {
		quoted := string(value.AppendString(nil, text))
		f.Add([]byte(`{"mapping":` + quoted + `,"spec":"v0.3","input":{"id":7,"l":[1,{"a":"b"}]},"vars":{"args":{"id":1}}}`))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		trial, err := ReadTrial(text)
		if err != nil {
			return
		}
		o, err := trial.Run()
		if err != nil {
			return
		}
		if written := o.AppendJSON(nil); !json.Valid(written) {
			t.Fatalf("%s gives %s", text, written)
		}
	})
}
