package stream_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources/rest/stream"
)

const limit = 64

// messages are those of a text, the last of which tells how it ended.
func messages(r stream.Reader) []string {
	var all []string
	for {
		message, err := r.Next()
		if err != nil {
			return append(all, "! "+err.Error())
		}
		all = append(all, string(message))
	}
}

func TestFormatsAreReadAsTheirStandardsSay(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		media, text string
		want        []string
	}{
		"fields of data are lines":           {"text/event-stream", "data: a\ndata:b\ndata:  c\ndata\n\n", []string{"a\nb\n c\n"}},
		"other fields are no data":           {"text/event-stream", "event: x\nid: 1\nretry: 5\nfoo: a\n: b\ndata: 1\n\n", []string{"1"}},
		"an event without data is none":      {"text/event-stream", "event: x\n\n: comment\n\ndata\n\n\n", []string{""}},
		"the last event has to be complete":  {"text/event-stream", "data: 1\n\ndata: 2\n", []string{"1"}},
		"all ends of lines":                  {"text/event-stream", "data: 1\rdata: 2\r\ndata: 3\n\r\n\rdata: 4\r\r", []string{"1\n2\n3", "4"}},
		"a mark at the beginning":            {"text/event-stream", "\xEF\xBB\xBFdata: 1\n\n\xEF\xBB\xBFdata: 2\n\n", []string{"1"}},
		"colons in values":                   {"text/event-stream", "data: a: b:\n\n", []string{"a: b:"}},
		"large comments are small":           {"text/event-stream", strings.Repeat(": comment\n", 50) + "data: 1\n\n", []string{"1"}},
		"one line for each text":             {"application/x-ndjson", "1\n\n {\"a\":2}\t\r\n3", []string{"1", `{"a":2}`, "3"}},
		"texts of sequences":                 {"application/json-seq", "\x1e1\n\x1e{\n\"a\":\"}\\\"\"\n}\n\x1e\n\x1e2\n", []string{"1", "{\n\"a\":\"}\\\"\"\n}", "2"}},
		"a text of a sequence that is cut":   {"application/json-seq", "\x1e{\"a\":\x1e{}\n\x1e[", []string{`{"a":`, "{}", "["}},
		"what stands before the first of it": {"application/json-seq", "1\n\x1e2\n", []string{"1", "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := slices.Concat(tt.want, []string{"! EOF"})
			for _, body := range []io.Reader{strings.NewReader(tt.text), iotest.OneByteReader(strings.NewReader(tt.text))} {
				if diff := cmp.Diff(want, messages(stream.NewReader(tt.media, body, limit))); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestMessagesAreBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", limit)
	for name, tt := range map[string]struct{ media, fits, text string }{
		"a line of an event":   {"text/event-stream", "data: " + long[6:] + "\n\n", "data: " + long + "\n\n"},
		"the data of an event": {"text/event-stream", "data: " + long[:30] + "\ndata: " + long[:30] + "\n\n", strings.Repeat("data: "+long[:30]+"\n", 3) + "\n"},
		"a name of a field":    {"text/event-stream", long[:60] + "\ndata: 1\n\n", long + long},
		"a line":               {"application/jsonl", long + "\n", long + "x\n"},
		"a text of a sequence": {"application/json-seq", "\x1e[\n" + long[:50] + "\n]\n", "\x1e[\n" + long[:50] + "\n" + long[:50] + "\n]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := stream.NewReader(tt.media, strings.NewReader(tt.fits), limit).Next(); err != nil {
				t.Errorf("what fits: %v", err)
			}
			// It does not end, so that whoever waits for all of it waits for ever.
			endless := io.MultiReader(strings.NewReader(tt.text), iotest.ErrReader(errors.New("read on")))
			if _, err := stream.NewReader(tt.media, endless, limit).Next(); !errors.Is(err, stream.ErrTooLarge) {
				t.Errorf("what does not: %v", err)
			}
		})
	}
}

// A message is given when its last byte has come, and not when the next one begins.
func TestMessagesAreNotHeldBack(t *testing.T) {
	t.Parallel()
	for media, text := range map[string]string{
		"text/event-stream":    "data: 1\r\r",
		"application/x-ndjson": "{}\n",
		"application/json-seq": "\x1e{\n}\n",
	} {
		r, w := io.Pipe()
		got := make(chan error, 1)
		go func() {
			_, err := stream.NewReader(media, r, limit).Next()
			got <- err
		}()
		_, _ = w.Write([]byte(text))
		if err := <-got; err != nil {
			t.Errorf("%s: %v", media, err)
		}
		_ = w.Close()
	}
}

func TestNoMoreIsReadThanABuffer(t *testing.T) {
	t.Parallel()
	body := strings.NewReader(strings.Repeat("data: 1\n\n", 10_000))
	before := body.Len()
	if _, err := stream.NewEvents(body, limit).Next(); err != nil || before-body.Len() > 4<<10 {
		t.Errorf("%v, %d bytes were read", err, before-body.Len())
	}
}

func TestIDsCountWhenTheirEventIsComplete(t *testing.T) {
	t.Parallel()
	e := stream.NewEvents(strings.NewReader("data: 0\n\nid: a\ndata: 1\n\nid: b\n\ndata: 2\n\nid: c\x00\nretry: 70\nretry: 8s\ndata: 3\n\nid\ndata: 4\n\nid: d\n"), limit)
	var got []string
	for {
		message, err := e.Next()
		id, isGiven := e.LastID()
		if !isGiven {
			id = "none"
		}
		got = append(got, string(message)+" "+id)
		if err != nil {
			break
		}
	}
	if diff := cmp.Diff([]string{"0 none", "1 a", "2 b", "3 b", "4 ", " "}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if e.Retry() != 70*time.Millisecond {
		t.Errorf("retry is %v", e.Retry())
	}
}

func TestOtherTypesAreNoStreams(t *testing.T) {
	t.Parallel()
	for _, media := range []string{"application/json", "text/plain", ""} {
		if stream.NewReader(media, nil, limit) != nil {
			t.Errorf("%q has a reader", media)
		}
	}
}

// slowEvents reads an event stream in the plainest way: all of it, line by line.
func slowEvents(text []byte) []string {
	text = bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF"))
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(text)), "\n")
	var events, data []string
	for _, line := range lines[:len(lines)-1] {
		switch {
		case line == "" && data != nil:
			events, data = append(events, strings.Join(data, "\n")), nil
		case line == "data" || strings.HasPrefix(line, "data:"):
			data = append(data, strings.TrimPrefix(strings.TrimPrefix(line[4:], ":"), " "))
		}
	}
	return append(events, "! EOF")
}

func FuzzEvents(f *testing.F) {
	for _, text := range []string{"data: 1\n\n", "data\r\rdata: a\r\n\r\n", "\xEF\xBB\xBFid: 1\ndata:a\ndata: b\n\n", ": c\nretry: 1\n\ndata:x\n\r"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		want := slowEvents(text)
		for _, body := range []io.Reader{bytes.NewReader(text), iotest.HalfReader(bytes.NewReader(text))} {
			if diff := cmp.Diff(want, messages(stream.NewEvents(body, len(text)+1))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	})
}

func FuzzLines(f *testing.F) {
	for _, text := range []string{"1\n2", "{}\r\n\n[]\n", " \t\n x"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var want []string
		for line := range strings.SplitSeq(string(text), "\n") {
			if line = strings.Trim(line, " \t\r"); line != "" {
				want = append(want, line)
			}
		}
		got := messages(stream.NewReader("application/jsonl", bytes.NewReader(text), len(text)+1))
		if diff := cmp.Diff(append(want, "! EOF"), got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// Every text of a sequence is found, however it is cut and whatever it is, and none of its bytes is lost but for blanks around texts.
func FuzzSequence(f *testing.F) {
	for _, text := range []string{"\x1e1\n\x1e{}\n", "\x1e{\n\"\\\"\x1e[\n]\n", "x\n\x1e\x1e"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got := messages(stream.NewReader("application/json-seq", iotest.HalfReader(bytes.NewReader(text)), len(text)+1))
		if got[len(got)-1] != "! EOF" {
			t.Fatal(got)
		}
		blanks := strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "", "\x1e", "")
		if diff := cmp.Diff(blanks.Replace(string(text)), blanks.Replace(strings.Join(got[:len(got)-1], ""))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
