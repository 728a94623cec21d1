package value_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/weftgraph/weft/graph/value"
)

func TestParseTellsWhereTextIsNoJSON(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:          "expected a value but the text ends at offset 0",
		`{"a":1,}`:  `expected a property name but found '}' at offset 7`,
		`[1 2]`:     `expected ',' or ']' but found '2' at offset 3`,
		`{"a" 1}`:   `expected ':' but found '1' at offset 5`,
		`01`:        `expected end of text but found '1' at offset 1`,
		`1.`:        `expected a digit but the text ends at offset 2`,
		`-x`:        `expected a digit but found 'x' at offset 1`,
		`nul`:       `expected null but the text ends at offset 3`,
		`"a`:        `expected '"' but the text ends at offset 2`,
		`"\x"`:      `expected an escape letter but found 'x' at offset 2`,
		`"\u12"`:    `expected four hexadecimal digits but found 'u' at offset 2`,
		"\"\x01\"":  "control character in string at offset 1",
		"\"a\xff\"": "invalid UTF-8 at offset 2",
		`{} x`:      `expected end of text but found 'x' at offset 3`,
		"\ufeff1":   `expected a value but found '\ufeff' at offset 0`,
		`'a'`:       `expected a value but found '\'' at offset 0`,
	} {
		if _, err := value.Parse([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestParseDecodesEscapes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"\"\\\/\b\f\n\r\t"`:   "\"\\/\b\f\n\r\t",
		`"x\u00e9\u20ACy"`:     "xé€y",
		`"\ud83d\ude00"`:       "😀",
		`"\ud83d"`:             "\uFFFD",
		`"\ud83dx\ude00"`:      "\uFFFDx\uFFFD",
		`"\ud83d\u0041"`:       "\uFFFDA",
		`"\ud83d\ud83d\ude00"`: "\uFFFD😀",
	} {
		if got := parse(t, text).Text(); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestParseBoundsDepth(t *testing.T) {
	t.Parallel()
	nested := func(depth int) []byte {
		return []byte(strings.Repeat("[", depth) + strings.Repeat("]", depth))
	}
	if _, err := value.Parse(nested(value.MaxDepth)); err != nil {
		t.Error(err)
	}
	if _, err := value.Parse(nested(value.MaxDepth + 1)); err == nil {
		t.Error("deeper than the limit parses")
	}
}

func TestParseDoesNotReferToItsInput(t *testing.T) {
	t.Parallel()
	text := []byte(`{"key":["text",12]}`)
	v, err := value.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	clear(text)
	if got := v.String(); got != `{"key":["text",12]}` {
		t.Errorf("got %s", got)
	}
}

// FuzzParse compares with encoding/json: the same texts are accepted, and they
// mean the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,2.5,-3e10,"x\u00e9\ud800",true,false,null],"b":{},"a":0}`, ` [ ] `, `"\ud83d\ude00"`, `-0`, `1e`, `[1,]`, `{"a":{"a":{"a":1}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !utf8.Valid(text) || tooDeep(text) {
			return
		}
		v, err := value.Parse(text)
		if accepted := json.Valid(text); accepted != (err == nil) {
			t.Fatalf("encoding/json accepts %q: %v, but Parse says %v", text, accepted, err)
		}
		if err != nil {
			return
		}
		var want any
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if expected := value.From(want); !value.Equal(v, expected) {
			t.Fatalf("%q is %s, encoding/json says %s", text, v, expected)
		}
		again, err := value.Parse(v.AppendJSON(nil))
		if err != nil || !value.Equal(v, again) {
			t.Fatalf("%s reads back as %s, %v", v, again, err)
		}
	})
}

// tooDeep overestimates the nesting.
func tooDeep(text []byte) bool {
	return bytes.Count(text, []byte("["))+bytes.Count(text, []byte("{")) > value.MaxDepth
}

func BenchmarkParse(b *testing.B) {
	row := `{"id":12345,"name":"Ann Example","email":"ann@example.org","tags":["a","b"],"org":{"id":1,"title":"ACME"}}`
	text := []byte("[" + strings.Repeat(row+",", 99) + row + "]")
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := value.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
