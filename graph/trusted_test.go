package graph_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/weftgraph/weft/graph"
)

// Texts of documents.
const (
	greetText = "query Greet { greeting }\nfragment F on User { id }\nquery User($id: ID!) { user(id: $id) { ...F } }"
	otherText = "{ other: greeting }"
)

func greetings() []graph.TrustedDocument {
	return []graph.TrustedDocument{{ID: "greet", Operation: "Greet", Text: greetText}, {ID: "a:1", Text: "{ greeting }"}}
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// codeOf is the code of the one error that beginning a query gives, or "".
func codeOf(tb testing.TB, g *graph.Generation, q graph.Query) string {
	tb.Helper()
	run, errs := g.Begin(q)
	if len(errs) == 0 {
		run.Close()
		return ""
	}
	code, _ := errs[0].Extensions["code"].(string)
	return code
}

func TestModesDecideWhatRuns(t *testing.T) {
	t.Parallel()
	const untrusted = graph.CodeNotTrusted
	for _, tt := range []struct {
		name  string
		query graph.Query
		// prefer, only and byID are the codes in these modes.
		prefer, only, byID string
	}{
		{"a registered id", graph.Query{ID: "greet", Operation: "Greet"}, "", "", ""},
		{"an id with a colon", graph.Query{ID: "a:1"}, "", "", ""},
		{"the hash of the text as an id", graph.Query{ID: "sha256:" + hashOf(greetText), Operation: "Greet"}, "", "", ""},
		{"the hash of the text", graph.Query{Hash: hashOf(greetText), Operation: "Greet"}, "", "", ""},
		{"an id as a hash", graph.Query{Hash: "greet", Operation: "Greet"}, "", "", ""},
		{"a hash and its text", graph.Query{Hash: hashOf(greetText), Text: greetText, Operation: "Greet"}, "", "", ""},
		{"an id that nobody has", graph.Query{ID: "nobody"}, untrusted, untrusted, untrusted},
		{"a hash that nobody has", graph.Query{Hash: "nobody"}, untrusted, untrusted, untrusted},
		{"the prefix alone", graph.Query{ID: "sha256:"}, untrusted, untrusted, untrusted},
		{"the hash of something else", graph.Query{ID: "sha256:" + hashOf(otherText)}, untrusted, untrusted, untrusted},
		{"a registered text", graph.Query{Text: greetText, Operation: "Greet"}, "", "", untrusted},
		{"a registered text, spelled otherwise", graph.Query{
			Text: "query User($id:ID!){user(id:$id){...F}}#\nfragment F on User{id,,}query Greet{greeting}", Operation: "Greet",
		}, "", "", untrusted},
		{"a text that begins as a registered one", graph.Query{Text: greetText + otherText, Operation: "Greet"}, graph.CodeValidationFailed, untrusted, untrusted},
		{"another text", graph.Query{Text: otherText}, "", untrusted, untrusted},
		{"another text with a registered hash", graph.Query{Text: otherText, Hash: "greet"}, "", untrusted, untrusted},
		{"introspection", graph.Query{Text: "{ __typename }"}, "", untrusted, untrusted},
		{"nonsense", graph.Query{Text: "{"}, graph.CodeParseFailed, untrusted, untrusted},
		{"no text", graph.Query{}, graph.CodeOperationResolution, untrusted, untrusted},
		{"a text that is too long", graph.Query{Text: strings.Repeat(" ", 600)}, graph.CodeOperationResolution, untrusted, untrusted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for mode, m := range map[string]struct {
				trust graph.Trust
				want  string
			}{
				"prefer": {graph.Trust{Documents: greetings()}, tt.prefer},
				"log":    {graph.Trust{Documents: greetings(), Log: true}, tt.prefer},
				"only":   {graph.Trust{Documents: greetings(), Only: true}, tt.only},
				"by id":  {graph.Trust{Documents: greetings(), ByID: true}, tt.byID},
			} {
				g := newTrusting(t, m.trust, graph.Limits{MaxBytes: 500}, nil)
				for range 2 { // what the first one leaves must not change the second
					if got := codeOf(t, g, tt.query); got != m.want {
						t.Errorf("%s: the code is %q, want %q", mode, got, m.want)
					}
				}
			}
		})
	}
}

func TestNothingIsTrustedWithoutDocuments(t *testing.T) {
	t.Parallel()
	g := newTrusting(t, graph.Trust{}, graph.Limits{}, nil)
	if g.HasTrusted() || g.Trusts("greet") || len(g.Misfits()) > 0 {
		t.Error("something is trusted")
	}
	if got := codeOf(t, g, graph.Query{ID: "greet"}); got != graph.CodeNotTrusted {
		t.Errorf("the code is %q", got)
	}
	if got := codeOf(t, newTrusting(t, graph.Trust{Only: true}, graph.Limits{}, nil), graph.Query{Text: otherText}); got != graph.CodeNotTrusted {
		t.Errorf("with an empty list the code is %q", got)
	}
}

func TestRegisteredDocumentsArePlannedOnceAndAreOneWithTheirTexts(t *testing.T) {
	t.Parallel()
	var bound atomic.Int64
	documents := append(greetings(),
		graph.TrustedDocument{ID: "again", Text: greetText},
		graph.TrustedDocument{ID: "condition", Text: "query($c: Boolean!) { greeting @include(if: $c) }"},
	)
	g := newTrusting(t, graph.Trust{Documents: documents}, graph.Limits{}, &bound)
	if got := bound.Load(); got != 3 {
		t.Errorf("%d plans are made at once, want those of three operations", got)
	}
	byID := begin(t, g, graph.Query{ID: "greet", Operation: "Greet"})
	byText := begin(t, g, graph.Query{Text: " " + greetText, Operation: "Greet"})
	again := begin(t, g, graph.Query{ID: "again", Operation: "Greet"})
	if byID.Prepared() != byText.Prepared() || byID.Prepared() != again.Prepared() || bound.Load() != 3 {
		t.Errorf("one document has several plans: %d are made", bound.Load())
	}
	if !byText.Operation().Document().IsTrusted() || begin(t, g, graph.Query{Text: otherText}).Operation().Document().IsTrusted() {
		t.Error("what is trusted is not what is registered")
	}
}

func TestDocumentsThatDoNotFitAreNamedAndUnknown(t *testing.T) {
	t.Parallel()
	documents := append(greetings(),
		graph.TrustedDocument{ID: "wrong", Text: "{ gone }"},
		graph.TrustedDocument{ID: "nameless", Operation: "Other", Text: greetText},
		graph.TrustedDocument{ID: "deep", Text: "{ user(id: 1) { friends { friends { friends { id } } } } }"},
		graph.TrustedDocument{ID: "greet", Text: "{ second: greeting }"},
	)
	g := newTrusting(t, graph.Trust{Documents: documents, Only: true}, graph.Limits{MaxDepth: 4}, nil)
	var got []string
	for _, m := range g.Misfits() {
		got = append(got, fmt.Sprintf("%s: %s", documents[m.Document].ID, m.Errors[0].Message))
	}
	want := []string{
		`wrong: Cannot query field "gone" on type "Query".`, `nameless: Unknown operation named "Other".`,
		"deep: The operation's fields nest 5 deep, the limit is 4.",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the misfits are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, id := range []string{"wrong", "nameless", "deep"} {
		if g.Trusts(id) {
			t.Errorf("%s is trusted", id)
		}
	}
	if text := begin(t, g, graph.Query{ID: "greet", Operation: "Greet"}).Operation().Document().Text(); text != greetText {
		t.Errorf("of two documents with one id the second counts: %s", text)
	}
}

func TestADocumentDoesNotKeepTheRequestThatItCameWith(t *testing.T) {
	t.Parallel()
	request := strings.Repeat(" ", 1000) + otherText
	text := request[1000:]
	doc, errs := newGeneration(t, graph.Limits{}, nil).Prepare(text)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if unsafe.StringData(doc.Text()) == unsafe.StringData(text) {
		t.Error("the text of the document is that of the request")
	}
}

func FuzzTextsThatSayTheSameAreOneDocument(f *testing.F) {
	f.Add(greetText)
	f.Add("{ a: greeting } # x")
	f.Add("query Greet { greeting }\r\n\"\"\"\n  text\n\"\"\" fragment F on User { id } query User($id: ID!) { user(id: $id) { ...F } }")
	g := newTrusting(f, graph.Trust{Documents: greetings(), Only: true}, graph.Limits{}, nil)
	free := newGeneration(f, graph.Limits{}, nil)
	f.Fuzz(func(t *testing.T, text string) {
		trusted, errs := g.Prepare(text)
		if len(errs) > 0 {
			return
		}
		// Whatever is taken for a registered document is valid by itself, and asks the same.
		own, errs := free.Prepare(text)
		if len(errs) > 0 {
			t.Fatalf("%q is taken for %q, and is not valid: %v", text, trusted.Text(), errs)
		}
		if a, b := len(own.Query().Operations), len(trusted.Query().Operations); a != b {
			t.Fatalf("%q has %d operations, and is taken for one with %d", text, a, b)
		}
	})
}
