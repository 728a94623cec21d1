package docs_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// TestMappingsGiveWhatPagesSay evaluates every mapping that a page shows with its result. On a page there are
//
//	```json input [GET PATH]   the value that the mappings after it are applied to: one that stands there, and which is what
//	                           the shop's REST service replies, if the fence has a request
//	```json vars               the variables of the mappings after it, until the next input
//	```mapping [VERSION]       a mapping, and after it
//	```json result             its result
//	```text problems           what it stumbles over, one message a line; none without such a block
//
// and rows of tables with a column "mapping" and columns "result" or a version. A row may have a column "problem".
func TestMappingsGiveWhatPagesSay(t *testing.T) {
	parallel(t)
	checked := 0
	for _, p := range pages(t) {
		m := mappingExamples{t: t, edits: newEdits(p)}
		for _, e := range p.elements() {
			m.look(e)
		}
		m.expectEnd()
		m.edits.save(t)
		checked += m.checked
	}
	if checked < 100 {
		t.Errorf("found %d mappings", checked)
	}
}

// mappingExamples goes through the elements of a page.
type mappingExamples struct {
	t     *testing.T
	edits *edits

	trial   mapping.Trial
	checked int
	// last is the block of a mapping whose result is shown next; outcome is what it came to.
	last     *block
	outcome  mapping.Outcome
	problems []string
}

func (m *mappingExamples) look(e element) {
	m.t.Helper()
	switch {
	case e.row != nil:
		m.row(e.row)
	case e.block.language == "mapping":
		m.expectEnd()
		m.run(e.block)
	case e.block.language == "text" && e.block.note == "problems":
		if diff := cmp.Diff(e.block.text, lined(m.problems)); diff != "" {
			m.edits.block(e.block, lined(m.problems))
			m.differf(e.block.line, "unexpected problems (-page +weft):\n%s", diff)
		}
		m.problems = nil
	case e.block.language != "json":
	case e.block.note == "result":
		m.result(e.block)
	case e.block.note == "vars":
		m.trial.Vars = parseJSON(m.t, e.block.text)
	default:
		if request, ok := strings.CutPrefix(e.block.note, "input"); ok {
			m.input(e.block, strings.TrimSpace(request))
		}
	}
}

// input takes over the input of what follows.
func (m *mappingExamples) input(b *block, request string) {
	m.t.Helper()
	m.expectEnd()
	m.trial = mapping.Trial{Mode: mapping.V04, Input: parseJSON(m.t, b.text)}
	if request == "" {
		return
	}
	if reply := restReply(m.t, request); !value.Equal(reply, m.trial.Input) {
		m.edits.block(b, readable(reply)+"\n")
		m.trial.Input = reply
		m.differf(b.line, "the shop replies to %s:\n%s", request, reply)
	}
}

// restReply asks the shop's REST service.
func restReply(t *testing.T, request string) value.Value {
	t.Helper()
	method, path, _ := strings.Cut(request, " ")
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody)
	shop.New(shop.Options{}).Handler().ServeHTTP(w, r)
	return parseJSON(t, w.Body.String())
}

// run evaluates a mapping whose result follows.
func (m *mappingExamples) run(b *block) {
	m.t.Helper()
	trial := m.trial
	trial.Mapping = b.text
	if b.note != "" {
		var err error
		if trial.Mode, err = mapping.ParseVersion(b.note); err != nil {
			m.t.Fatalf("%s:%d: %v", m.edits.page.file, b.line, err)
		}
	}
	outcome, err := trial.Run()
	if err != nil {
		m.errorf(b.line, "%v", err)
		return
	}
	m.last, m.outcome, m.problems = b, outcome, messagesOf(outcome)
}

// result compares the result of the last mapping with what the page shows.
func (m *mappingExamples) result(b *block) {
	m.t.Helper()
	if m.last == nil {
		m.errorf(b.line, "a result without a mapping before it")
		return
	}
	m.checked++
	m.last = nil
	shown, err := value.Parse([]byte(strings.TrimSpace(b.text)))
	if err != nil || !bytes.Equal(shown.AppendJSON(nil), m.outcome.Result.AppendJSON(nil)) {
		m.edits.block(b, readable(m.outcome.Result)+"\n")
		m.differf(b.line, "the result is %s", m.outcome.Result)
	}
}

// expectEnd complains about a mapping whose result, or whose problems, are not shown.
func (m *mappingExamples) expectEnd() {
	m.t.Helper()
	if m.last != nil {
		m.errorf(m.last.line, "the mapping has no result")
	}
	if len(m.problems) > 0 {
		m.t.Errorf("%s: a mapping has problems that are not shown: %q", m.edits.page.file, m.problems)
	}
	m.last, m.problems = nil, nil
}

// row evaluates the mapping of a row, once for each column of results.
func (m *mappingExamples) row(r *row) {
	m.t.Helper()
	shown, ok := r.cells["mapping"]
	if !ok {
		return
	}
	m.expectEnd()
	trial := m.trial
	trial.Mapping = codeIn(shown.text)
	var changes []change
	compare := func(column, got string) {
		if c, ok := r.cells[column]; ok && c.text != got {
			changes = append(changes, change{c, got})
			m.differf(r.line, "%s: the column %q must be: %s", trial.Mapping, column, got)
		}
	}
	results := 0
	for column, mode := range map[string]mapping.Mode{"result": mapping.V04, "v0.2": mapping.V02, "v0.3": mapping.V03, "v0.4": mapping.V04} {
		if _, ok := r.cells[column]; !ok {
			continue
		}
		results++
		trial.Mode = mode
		outcome, err := trial.Run()
		compare(column, resultCell(outcome, err))
		if column != "result" {
			continue
		}
		problems := strings.Join(messagesOf(outcome), ", ")
		if _, ok := r.cells["problem"]; ok {
			compare("problem", problems)
		} else if problems != "" {
			m.errorf(r.line, "%s: a problem that is not shown: %s", trial.Mapping, problems)
		}
	}
	if results == 0 {
		m.errorf(r.line, "a mapping without a result")
	}
	m.checked++
	if len(changes) > 0 {
		m.edits.row(r, changes)
	}
}

// resultCell is how a table shows a result.
func resultCell(o mapping.Outcome, err error) string {
	switch {
	case err != nil:
		return "does not parse"
	case o.Result.IsMissing():
		return "nothing"
	default:
		return "`" + spaced(o.Result) + "`"
	}
}

func (m *mappingExamples) errorf(line int, format string, args ...any) {
	m.t.Helper()
	m.t.Errorf("%s:%d: "+format, slices.Concat([]any{m.edits.page.file, line}, args)...)
}

// differf is errorf for what is rewritten by -update.
func (m *mappingExamples) differf(line int, format string, args ...any) {
	m.t.Helper()
	if !*update {
		m.errorf(line, format, args...)
	}
}

// messagesOf are the messages of the problems, each once.
func messagesOf(o mapping.Outcome) []string {
	var messages []string
	for _, p := range o.Problems {
		if !slices.Contains(messages, p.Message) {
			messages = append(messages, p.Message)
		}
	}
	return messages
}

// lined puts each text in a line.
func lined(texts []string) string {
	var out strings.Builder
	for _, text := range texts {
		out.WriteString(text + "\n")
	}
	return out.String()
}

func parseJSON(t *testing.T, text string) value.Value {
	t.Helper()
	v, err := value.Parse([]byte(strings.TrimSpace(text)))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// TestEveryMethodHasItsRow compares the tables below "## Methods" with the methods that there are. A method's example calls it.
func TestEveryMethodHasItsRow(t *testing.T) {
	t.Parallel()
	var shown []string
	for _, row := range readPage(t, "docs/mappings.md").tables("## Methods") {
		call := codeIn(row[0])
		name, _, _ := strings.Cut(strings.TrimPrefix(call, "->"), "(")
		shown = append(shown, name)
		if !strings.HasPrefix(call, "->") || !strings.Contains(codeIn(row[2]), "->"+name) {
			t.Errorf("the row of %s has no example that calls it: %s", call, row[2])
		}
	}
	slices.Sort(shown)
	if diff := cmp.Diff(mapping.Methods(), shown); diff != "" {
		t.Errorf("the methods and their rows differ (-weft +page):\n%s", diff)
	}
}
