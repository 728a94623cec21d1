package grpc

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
)

// bothWays decodes replies of one method by scanning and by evaluating.
type bothWays struct {
	shape           *table.Shape
	scan, evaluated *fetcher
}

// matrixMethods are the methods of the matrix by their message.
var matrixMethods = map[string]string{"Everything": "Echo", "Legacy": "EchoLegacy", "Editions": "EchoEditions"}

// matrixSources are one source of the matrix that scans, and one that does not.
var matrixSources = sync.OnceValues(func() (scan, evaluate *source) {
	c, err := loadMatrix()
	if err != nil {
		panic(err)
	}
	settings := datasources.Settings{Kind: datasources.GRPC, GRPC: &datasources.GRPCSource{}}
	return &source{settings: settings, contract: c}, &source{settings: settings, contract: c, mode: response.EvaluateOnly}
})

func both(tb testing.TB, message, selection string, shape *table.Shape) *bothWays {
	tb.Helper()
	c := datasources.Connector{
		GRPC:      &datasources.GRPCConnector{Method: "matrix.v1.Matrix/" + matrixMethods[message]},
		Selection: parse(tb, selection),
	}
	if message == "Legacy" {
		c.GRPC.Message = parse(tb, `id: $("1")`)
	}
	return bothOf(tb, c, shape)
}

func bothOf(tb testing.TB, c datasources.Connector, shape *table.Shape) *bothWays {
	tb.Helper()
	b := &bothWays{shape: shape}
	scan, evaluate := matrixSources()
	for s, f := range map[*source]**fetcher{scan: &b.scan, evaluate: &b.evaluated} {
		binding, found := s.Bind(c)
		if binding == nil {
			tb.Fatal(diag.List(found))
		}
		prepared, err := binding.Prepare(shape)
		if err != nil {
			tb.Fatal(err)
		}
		*f = prepared.(*fetcher)
	}
	return b
}

// scans tells that the selection is scanned at all, and this reply is.
func (b *bothWays) scans(data []byte) bool {
	return b.scan.program != nil && b.scan.program.scan(data, table.NewBuilder(b.shape, data))
}

// check decodes a reply both ways, with and without somebody who asks for problems, and compares all that comes of it.
func (b *bothWays) check(tb testing.TB, data []byte) {
	tb.Helper()
	scanned, evaluated := decodeAll(tb, b.scan, b.shape, data), decodeAll(tb, b.evaluated, b.shape, data)
	if d := cmp.Diff(evaluated, scanned); d != "" {
		tb.Fatalf("%s of %x (-evaluated +scanned):\n%s", b.scan.connector.Selection, data, d)
	}
}

func decodeAll(tb testing.TB, f *fetcher, shape *table.Shape, data []byte) []string {
	tb.Helper()
	var all []string
	for _, problems := range []*mapping.Problems{nil, {}} {
		dst := table.NewBuilder(shape, data)
		outcome, err := f.Decode(&datasources.Reply{Body: data}, &mapping.Env{Problems: problems}, dst)
		text := fmt.Sprint(outcome)
		if err != nil {
			var e *datasources.Error
			if !errors.As(err, &e) {
				tb.Fatalf("got %T", err)
			}
			text += fmt.Sprint(e.Code, e.Message, e.Extensions, e.Cause)
		} else {
			text += dst.Finish().Dump(shape)
		}
		all = append(all, text)
	}
	return all
}

// allFields selects every field of a message, each as a leaf.
func allFields(tb testing.TB, name string) (string, *table.Shape) {
	tb.Helper()
	c := matrix(tb)
	var names, entries []string
	for i, f := range c.message(descriptor(tb, c, "matrix.v1."+name)).fields {
		names = append(names, fmt.Sprintf("f%d", i))
		entries = append(entries, fmt.Sprintf("f%d: $.%q", i, f.jsonName))
	}
	return strings.Join(entries, " "), anyShape(names...)
}

// allOf decodes with every field selected as a leaf.
func allOf(tb testing.TB, name string) *bothWays {
	tb.Helper()
	selection, shape := allFields(tb, name)
	return both(tb, name, selection, shape)
}

func TestEveryFieldIsScanned(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	for _, name := range []string{"Everything", "Legacy", "Editions"} {
		b := allOf(t, name)
		b.check(t, nil)
		if !b.scans(nil) {
			t.Errorf("%s is not scanned", name)
		}
		if name != "Everything" {
			continue
		}
		for _, tt := range matrixCases {
			data, err := encodeText(t, c, "matrix.v1.Everything", wrap(tt.field, tt.in))
			if err != nil {
				t.Fatal(err)
			}
			b.check(t, data)
			if !b.scans(data) {
				t.Errorf("%s=%s is not scanned", tt.field, tt.in)
			}
		}
	}
}

// TestScanningEqualsEvaluating holds random selections and shapes against random replies.
func TestScanningEqualsEvaluating(t *testing.T) {
	t.Parallel()
	compiled, scanned, replies := 0, 0, 0
	const sketches = 250
	for seed := range uint64(sketches) {
		s := newSketch(t, seed)
		b := both(t, s.message, s.selection, s.shape)
		if b.scan.program != nil {
			compiled++
		}
		for i := range uint64(8) {
			data := randomMessage(rand.New(rand.NewPCG(seed, i)), s.of, 3, i < 6)
			b.check(t, data)
			replies++
			if b.scans(data) {
				scanned++
			}
		}
	}
	t.Logf("%d of %d selections compile, %d of %d replies are scanned", compiled, sketches, scanned, replies)
	if compiled < sketches/2 || scanned < replies/4 {
		t.Errorf("%d of %d selections compile, %d of %d replies are scanned", compiled, sketches, scanned, replies)
	}
}

func FuzzScan(f *testing.F) {
	c := matrix(f)
	for seed := range uint64(20) {
		f.Add(seed, randomMessage(rand.New(rand.NewPCG(seed, 1)), newSketch(f, seed).of, 3, true))
	}
	for i, tt := range matrixCases {
		if data, err := encodeText(f, c, "matrix.v1.Everything", wrap(tt.field, tt.in)); err == nil {
			f.Add(uint64(i), data)
		}
	}
	// As many sketches as can be made before.
	const sketches = 256
	var some []*bothWays
	for seed := range uint64(sketches) {
		s := newSketch(f, seed)
		some = append(some, both(f, s.message, s.selection, s.shape))
	}
	for message := range matrixMethods {
		some = append(some, allOf(f, message))
	}
	f.Fuzz(func(t *testing.T, n uint64, data []byte) {
		some[n%uint64(len(some))].check(t, data)
	})
}

func TestBatchesAreScannedWithTheirKeys(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	shape := &table.Shape{List: true, Levels: []table.Level{{Types: []string{"T"}, Members: []table.Member{
		{Path: []string{"id"}, By: true},
		{Path: []string{"at", "inner"}, By: true},
		{Path: []string{"text"}, Type: &table.Type{Leaf: table.String}},
	}}}, Keys: []int{0, 1}}
	b := bothOf(t, datasources.Connector{
		Batch:     true,
		GRPC:      &datasources.GRPCConnector{Method: "matrix.v1.Matrix/Echo"},
		Selection: parse(t, "$.children { text: aString number: anInt64 nested { anInt32 } }"),
		By:        parse(t, "id: number at: { inner: nested.anInt32 }"),
	}, shape)
	for _, text := range []string{
		`{}`, `{"children":[{"aString":"x","anInt64":9223372036854775807},{"nested":{}},{"nested":{"anInt32":5}}]}`,
	} {
		data, err := encodeText(t, c, "matrix.v1.Everything", text)
		if err != nil {
			t.Fatal(err)
		}
		b.check(t, data)
		if !b.scans(data) {
			t.Errorf("%s is not scanned", text)
		}
	}
	b.check(t, []byte{0x80})
}

func TestCollectedStreamsAreScanned(t *testing.T) {
	t.Parallel()
	shape := &table.Shape{List: true, Levels: []table.Level{{Types: []string{"T"}, Members: []table.Member{
		{Path: []string{"status"}, Type: &table.Type{Leaf: table.String}, NonNull: true},
		{Path: []string{"eta"}, Type: &table.Type{Leaf: table.String}},
	}}}}
	b := &bothWays{shape: shape}
	for mode, f := range map[response.Mode]**fetcher{response.Auto: &b.scan, response.EvaluateOnly: &b.evaluated} {
		s := openSource(t, datasources.Settings{}, shippingSource(t), Options{Mode: mode})
		*f = prepare(t, s, datasources.Connector{
			GRPC:      &datasources.GRPCConnector{Method: "shipping.v1.Shipping/Watch", Message: parse(t, `order_id: $("7")`)},
			Selection: parse(t, "$ { status eta }"),
		}, shape).(collector).fetcher
	}
	for _, data := range [][]byte{nil, record(1), concat(record(1, record(1, "A"), record(2, "x")), record(1), record(1, record(1, "B")))} {
		b.check(t, data)
		if !b.scans(data) {
			t.Errorf("%x is not scanned", data)
		}
	}
	b.check(t, record(2))
	b.check(t, record(1, record(1, "\xff")))
	b.check(t, concat(record(1, record(1, "A")), record(2), record(1)))
}

func TestDeepRepliesAreScannedUpToTheBound(t *testing.T) {
	t.Parallel()
	b := allOf(t, "Everything")
	for _, levels := range []int{maxMessageDepth - 1, maxMessageDepth} {
		var deep []byte
		for range levels {
			deep = record(81, deep)
		}
		b.check(t, deep)
		if got, want := b.scans(deep), levels < maxMessageDepth; got != want {
			t.Errorf("%d levels: got %t", levels, got)
		}
	}
}

func TestJudgedRepliesAreScanned(t *testing.T) {
	t.Parallel()
	c := matrix(t)
	for _, isSuccess := range []string{"$status->eq(0)", "$.aBool"} {
		b := bothOf(t, datasources.Connector{
			GRPC:          &datasources.GRPCConnector{Method: "matrix.v1.Matrix/Echo"},
			Selection:     parse(t, "aString"),
			IsSuccess:     parse(t, isSuccess),
			ErrorsMessage: parse(t, "$.nested.aString"),
		}, anyShape("aString"))
		for _, text := range []string{`{"aString":"x","aBool":true}`, `{"nested":{"aString":"no"}}`} {
			data, err := encodeText(t, c, "matrix.v1.Everything", text)
			if err != nil {
				t.Fatal(err)
			}
			b.check(t, data)
		}
		b.check(t, record(81, record(14, "\xff"))) // what only the message of a failure reads
	}
}

func TestValuesOfScannedMessagesAreBounded(t *testing.T) {
	t.Parallel()
	b := allOf(t, "Everything")
	data := []byte(strings.Repeat(string(record(82)), freeValues/40))
	if b.scans(data) {
		t.Error("a reply with too many values is scanned")
	}
	if _, err := b.scan.source.contract.decodeMessage(b.scan.reader, data); !errors.Is(err, errTooMany) {
		t.Errorf("got %v", err)
	}
}

func TestFieldMaskPathsAreThoseThatComeBack(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"a": "a", "a_b.c_d": "aB.cD", "_foo": "Foo", "a1": "a1", "a.b1_c": "a.b1C",
		"": "", "aB": "", "a__b": "", "a_": "", "a_1": "", "1a": "", ".a": "", "a.": "", "a..b": "", "a.1": "", "é": "", "a-b": "", "_": "",
	} {
		got, ok := appendMaskPath(nil, path)
		if ok != (want != "") || ok && string(got) != want {
			t.Errorf("%q: got %q, %t", path, got, ok)
		}
		if ok && snakeCase(string(got)) != path {
			t.Errorf("%q comes back as %q", path, snakeCase(string(got)))
		}
	}
}
