package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// TestLinesAreAnsweredBeforeTheNextIsRead speaks with mapLines like a program that waits for each answer.
func TestLinesAreAnsweredBeforeTheNextIsRead(t *testing.T) {
	t.Parallel()
	in, feed := io.Pipe()
	answers, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- mapLines(in, out) }()
	for range 3 {
		if _, err := io.WriteString(feed, `{"mapping":"$.a","input":{"a":1}}`+"\n"); err != nil {
			t.Fatal(err)
		}
		want := `{"result":1,"problems":[]}` + "\n"
		got := make([]byte, len(want))
		if _, err := io.ReadFull(answers, got); err != nil || string(got) != want {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if err := feed.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

func TestLinesMayBeLongAndTheLastNeedsNoEnd(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 5<<20)
	var out bytes.Buffer
	in := `{"mapping":"$->size","input":"` + long + `"}` + "\r\n" + `{"mapping":"$->size","input":"ab"}`
	if err := mapLines(strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	want := `{"result":5242880,"problems":[]}` + "\n" + `{"result":2,"problems":[]}` + "\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestATooLongLineIsAnsweredAndSkipped(t *testing.T) {
	t.Parallel()
	in := io.MultiReader(io.LimitReader(blanks{}, maxLine+1), strings.NewReader("\n"+`{"mapping":"$"}`+"\n"))
	var out bytes.Buffer
	if err := mapLines(in, &out); err != nil {
		t.Fatal(err)
	}
	want := `{"error":"the line is longer than 256 MiB"}` + "\n" + `{"result":null,"problems":[]}` + "\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLinesEndWithTheErrorOfTheirReader(t *testing.T) {
	t.Parallel()
	if err := mapLines(iotest.ErrReader(io.ErrUnexpectedEOF), io.Discard); !isFailure(err) {
		t.Errorf("got %v", err)
	}
}

// TestHostileMappingsAreAnswered gives mappings that double what they have, again and again.
func TestHostileMappingsAreAnswered(t *testing.T) {
	t.Parallel()
	double := strings.Repeat("->echo([@, @])", 60)
	for _, c := range []struct{ mapping, want string }{
		{"$" + double, "the result is larger than 256 MiB"},
		{"$" + double + "->jsonStringify", "The mapping builds a text that is too long"},
		{"$(1)" + double + "->as($a, $(1)" + double + ")->eq($a)", "The mapping visits too many elements"},
		{"$({ k: 'x' })" + strings.Repeat("->echo({ a: @, b: @ })", 60) + "->keysToCamelCaseDeep->size", "The mapping visits too many elements"},
		{"$('xxxxxxxx')" + strings.Repeat("->echo([@, @])->joinNotNull('')", 60), "The mapping builds a text that is too long"},
	} {
		line := appendAnswer(nil, []byte(`{"mapping":"`+c.mapping+`"}`))
		if !bytes.Contains(line, []byte(c.want)) {
			t.Errorf("%.40s…: %.200s", c.mapping, line)
		}
	}
}

var manyBlanks = strings.Repeat(" ", 4<<10)

// blanks is an endless reader of blanks.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	return copy(p, manyBlanks), nil
}
