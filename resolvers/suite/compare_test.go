package suite

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

func parsed(t *testing.T, text string) value.Value {
	t.Helper()
	v, err := value.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEachDifferenceIsNamedByItsPath(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		want, got string
		lines     []string
	}{
		"equal":                   {`{"a":[1,{"b":null}]}`, `{"a":[1,{"b":null}]}`, nil},
		"order does not matter":   {`{"a":1,"b":2}`, `{"b":2,"a":1}`, nil},
		"1 is 1.0":                {`{"a":1}`, `{"a":1.0}`, nil},
		"1 is not its text":       {`{"a":1}`, `{"a":"1"}`, []string{`connectorResponse.a: expected 1, got "1"`}},
		"null is not missing":     {`{"a":null}`, `{}`, []string{`connectorResponse.a: expected null, but it is missing`}},
		"nothing was expected":    {`{}`, `{"a":null}`, []string{`connectorResponse.a: expected nothing, got null`}},
		"lengths of lists":        {`[1]`, `[1,2]`, []string{`connectorResponse: expected 1 elements, got 2: [1,2]`}},
		"inside of lists":         {`[{"a":1},{"a":2}]`, `[{"a":1},{"a":3}]`, []string{`connectorResponse[1].a: expected 2, got 3`}},
		"kinds":                   {`[]`, `{}`, []string{`connectorResponse: expected [], got {}`}},
		"every difference counts": {`{"a":1,"b":2}`, `{"a":2,"b":1}`, []string{`connectorResponse.a: expected 1, got 2`, `connectorResponse.b: expected 2, got 1`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := compare(Expectation{Response: parsed(t, c.want)}, actual{response: parsed(t, c.got)})
			if diff := cmp.Diff(c.lines, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExpectedErrorsAreComparedAsFarAsTheyGo(t *testing.T) {
	t.Parallel()
	got := actual{failure: parsed(t, `{"message":"gone","extensions":{"code":"X","http":{"status":404}}}`)}
	if d := compare(Expectation{Error: parsed(t, `{"extensions":{"http":{"status":404}}}`)}, got); d != nil {
		t.Error(d)
	}
	want := []string{`connectorError.extensions.code: expected "Y", got "X"`}
	if diff := cmp.Diff(want, compare(Expectation{Error: parsed(t, `{"extensions":{"code":"Y"}}`)}, got)); diff != "" {
		t.Error(diff)
	}
	if d := compare(Expectation{Error: parsed(t, `{}`)}, actual{response: value.Null()}); len(d) != 1 {
		t.Errorf("a success where an error was expected: %q", d)
	}
}

func TestWhatIsNotExpectedIsNotCompared(t *testing.T) {
	t.Parallel()
	got := actual{
		request:  &ExpectedRequest{Method: "GET", URL: "http://h/", Headers: map[string][]string{"a": {"1"}}, Body: value.Int(1)},
		response: value.Int(2),
		problems: []mapping.Problem{{Message: "p"}},
	}
	if d := compare(Expectation{Request: &ExpectedRequest{Method: "GET"}}, got); d != nil {
		t.Error(d)
	}
	want := []string{
		`connectorRequest.method: expected "POST", got "GET"`,
		`connectorRequest.headers.b: expected ["2"], got []`,
		`problems: expected [], got ["p"]`,
	}
	expect := Expectation{Request: &ExpectedRequest{Method: "POST", Headers: map[string][]string{"b": {"2"}}}, Problems: []string{}}
	if diff := cmp.Diff(want, compare(expect, got)); diff != "" {
		t.Error(diff)
	}
}
