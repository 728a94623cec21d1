package value_test

import (
	"testing"

	"github.com/weftgraph/weft/graph/value"
)

func TestPlainTextIsTheShortestSpellingOfTheSameNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1.50": "1.5", "1e2": "100.0", "1E+2": "100.0", "2.0": "2.0", "-0.0": "-0.0", "0.00": "0.0", "-0e5": "-0.0", "25e-1": "2.5",
		"1.0000000000000000": "1.0", "12300e-2": "123.0", "1e16": "1e16", "10000000000000000.0": "1e16",
		// These have more digits than a float64 can hold, or are beyond its range.
		"0.12345678901234567890": "0.12345678901234567890", "1e400": "1e400", "1e-400": "1e-400",
		"9007199254740993.0": "9007199254740993.0", "1e99999999999999999999": "1e99999999999999999999",
		"12345678901234567890123": "12345678901234567890123", "1.50e0": "1.5", `"1.50"`: "", "null": "",
	} {
		if got := parse(t, text).PlainText(); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	if got := string(parse(t, `{"a":[1.50,2,"1.50"]}`).AppendPlainJSON(nil)); got != `{"a":[1.5,2,"1.50"]}` {
		t.Errorf("got %s", got)
	}
}

func TestSizeStopsAtItsLimit(t *testing.T) {
	t.Parallel()
	v := parse(t, `{"a":["bc",null]}`)
	if got := v.SizeUpTo(1000); got < len(v.String()) || got > 2*len(v.String()) {
		t.Errorf("the size of %s is %d", v, got)
	}
	// Forty doublings: printed, this would fill any memory.
	for range 40 {
		v = twice(v)
	}
	if got := v.SizeUpTo(1000); got != 1000 {
		t.Errorf("got %d", got)
	}
}

func TestASharedValueEqualsItselfWithoutLooking(t *testing.T) {
	t.Parallel()
	v := parse(t, `[1]`)
	for range 60 {
		v = twice(v)
	}
	if !value.Equal(v, v) {
		t.Error("it does not")
	}
}

func twice(v value.Value) value.Value { return value.Array([]value.Value{v, v}) }
