package auditlog

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/value"
)

func whole() *Line {
	return &Line{
		Time: time.Date(2026, 11, 30, 9, 15, 0, 123456789, time.FixedZone("", 3600)), Event: Operation, ID: "a-1", RequestID: "a-0",
		Caller: Caller{"jwt:https://id.example#alice", "jwt", "shop"}, Client: netip.MustParseAddr("2001:db8::1"), Transport: "http", InBatch: true,
		Operation: Asked{"Page", "query", "0f", "page-1"},
		Touched:   &graph.Touched{Fields: []string{"Query.user", "User.name"}, Connectors: []string{"shop:Query.user[0]"}}, Calls: []int{2}, Shared: true,
		Decision: Partial, Denied: []string{"user.ssn"}, Status: 200, Errors: 1, Codes: []string{"UNAUTHORIZED_FIELD_OR_TYPE"},
		Estimated: 5, Actual: 3, Duration: 1500 * time.Microsecond, End: Completed,
		Arguments: value.Object([]value.Field{{Name: "a", Value: value.String("b")}}),
	}
}

func TestALineSaysWhatItIsToSay(t *testing.T) {
	t.Parallel()
	const want = `{"v":1,"time":"2026-11-30T08:15:00.123456Z","event":"operation","id":"a-1","request_id":"a-0",` +
		`"caller":{"name":"jwt:https://id.example#alice","method":"jwt","owner":"shop"},"client":"2001:db8::1","transport":"http","batch":true,` +
		`"operation":{"name":"Page","kind":"query","hash":"0f","document":"page-1"},"fields":["Query.user","User.name"],` +
		`"connectors":[{"connector":"shop:Query.user[0]","calls":2}],"shared":true,"decision":"partial","denied":["user.ssn"],"status":200,` +
		`"errors":1,"codes":["UNAUTHORIZED_FIELD_OR_TYPE"],"cost":{"estimated":5,"actual":3},"arguments":{"a":"b"},"duration_ms":1.500,"end":"completed"}` + "\n"
	if got := string(whole().appendTo(nil)); got != want {
		t.Errorf("the line is\n%s want\n%s", got, want)
	}
}

func TestALineHasABoundWhateverIsAsked(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü\x00", 10_000)
	many := make([]string, 100_000)
	for i := range many {
		many[i] = long
	}
	l := whole()
	l.Operation, l.Caller, l.Denied, l.Codes = Asked{long, long, long, long}, Caller{long, long, long}, many, many
	l.Touched = &graph.Touched{Fields: many, Connectors: many}
	got := l.appendTo(nil)
	if len(got) > 600<<10 {
		t.Errorf("the line has %d bytes", len(got))
	}
	var line map[string]any
	if err := json.Unmarshal(got, &line); err != nil {
		t.Fatal(err)
	}
	if line["fields_omitted"] != 99_900.0 || line["connectors_omitted"] != 99_900.0 {
		t.Errorf("omitted are %v and %v", line["fields_omitted"], line["connectors_omitted"])
	}
}

func FuzzNobodyWritesALineOfTheirOwn(f *testing.F) {
	f.Add("a\n{\"v\":1,\"event\":\"operation\"}\n")
	f.Add("\u2028\u2029\u0085\x1b[2J\xff\xfe\u202e\U000e0001\"\\")
	f.Fuzz(func(t *testing.T, text string) {
		l := whole()
		l.Operation = Asked{text, text, text, text}
		l.Caller, l.Touched, l.Denied = Caller{text, text, text}, &graph.Touched{Fields: []string{text}, Connectors: []string{text}}, []string{text}
		got := l.appendTo(nil)
		var line struct {
			Event     Event `json:"event"`
			Operation struct {
				Name string `json:"name"`
			} `json:"operation"`
		}
		if err := json.Unmarshal(got, &line); err != nil || line.Event != Operation {
			t.Fatalf("%s: %v", got, err)
		}
		if want := strings.ToValidUTF8(text, "\uFFFD"); len(text) <= maxText && len([]rune(want)) == len([]rune(text)) &&
			line.Operation.Name != strings.Map(func(r rune) rune { return r }, text) {
			t.Fatalf("the name is %q, want %q", line.Operation.Name, text)
		}
		if bytes.IndexByte(got, '\n') != len(got)-1 || bytes.ContainsFunc(got[:len(got)-1], func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Fatalf("the line has what is not to be shown: %q", got)
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	l, err := Open(Settings{File: b.TempDir() + "/audit.jsonl", LossAllowed: true})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	line := whole()
	b.ReportAllocs()
	for b.Loop() {
		l.Append(line)
	}
}

func TestALineTakesNoMemory(t *testing.T) {
	l, err := Open(Settings{File: t.TempDir() + "/audit.jsonl", LossAllowed: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	line := whole()
	for range 1000 {
		l.Append(line)
	}
	if got := testing.AllocsPerRun(1000, func() { l.Append(line) }); got > 1 {
		t.Errorf("a line takes %v allocations", got)
	}
}
