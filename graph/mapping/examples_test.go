package mapping

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/graph/value"
)

// example is one line of testdata/examples.txt or rules.txt for one mode.
type example struct {
	file     string
	line     int
	mode     Mode
	in       value.Value
	vars     value.Value
	text     string
	output   string
	problems []string
}

func TestExamplesGiveTheirOutputAndProblems(t *testing.T) {
	t.Parallel()
	for _, e := range append(readExamples(t, "examples.txt"), readExamples(t, "rules.txt")...) {
		t.Run(fmt.Sprintf("%s line %d %s", e.file, e.line, e.mode), func(t *testing.T) {
			t.Parallel()
			m, err := Parse(e.text, e.mode)
			if e.output == "PARSE ERROR" {
				if err == nil {
					t.Fatalf("%s: parsed as %s", e.text, m)
				}
				return
			}
			if err != nil {
				t.Fatalf("%s: %v", e.text, err)
			}
			checkExample(t, e, m)
			vars := map[string]value.Value{}
			for _, f := range e.vars.Fields() {
				vars[f.Name] = f.Value
			}
			if byOracle, _, _ := runOracle(m, e.in, vars); byOracle.String() != e.output {
				t.Errorf("%s\nthe oracle gives %s\nwant %s", m, byOracle, e.output)
			}

			printed, err := Parse(m.String(), e.mode)
			if err != nil {
				t.Fatalf("%s prints as %s: %v", e.text, m, err)
			}
			if printed.String() != m.String() {
				t.Errorf("%s prints as %s and then as %s", e.text, m, printed)
			}
			checkExample(t, e, printed)
		})
	}
}

func checkExample(t *testing.T, e example, m *Mapping) {
	t.Helper()
	env := envFrom(t, e.vars)
	got := m.Eval(e.in, env)
	if got.String() != e.output {
		t.Errorf("%s\n got %s\nwant %s", m, got, e.output)
	}
	var problems []string
	for _, p := range env.Problems.List() {
		if !slices.Contains(problems, p.Message) {
			problems = append(problems, p.Message)
		}
	}
	if diff := cmp.Diff(e.problems, problems); diff != "" {
		t.Errorf("%s: problems (-want +got):\n%s", m, diff)
	}
	env.Problems = nil
	if again := m.Eval(e.in, env); again.String() != e.output {
		t.Errorf("%s without recording problems gives %s", m, again)
	}
}

func envFrom(t *testing.T, vars value.Value) *Env {
	t.Helper()
	env := &Env{Problems: &Problems{}}
	for _, f := range vars.Fields() {
		v, ok := lookupVar(f.Name[1:])
		if !ok {
			t.Fatalf("unknown variable %s", f.Name)
		}
		env.Vars[v] = f.Value
	}
	return env
}

func readExamples(t *testing.T, file string) []example {
	t.Helper()
	content, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var examples []example
	var in, vars value.Value
	for i, line := range strings.Split(string(content), "\n") {
		switch {
		case line == "" || line[0] == '#':
		case strings.HasPrefix(line, "@in "):
			in, vars = parseValue(t, line[len("@in "):]), value.Missing()
		case strings.HasPrefix(line, "@vars "):
			vars = parseValue(t, line[len("@vars "):])
		default:
			columns := strings.Split(line, " | ")
			e := example{file: file, line: i + 1, in: in, vars: vars, text: columns[1], output: columns[2]}
			if e.output != "PARSE ERROR" {
				e.output = parseValue(t, e.output).String()
			}
			if len(columns) > 3 && columns[3] != "-" {
				e.problems = strings.Split(columns[3], "; ")
			}
			for _, mode := range modes(t, columns[0]) {
				e.mode = mode
				examples = append(examples, e)
			}
		}
	}
	return examples
}

func modes(t *testing.T, column string) []Mode {
	t.Helper()
	all := []Mode{V02, V03, V04}
	switch column {
	case "*":
		return all
	case "0.3+":
		return all[1:]
	case "<0.4":
		return all[:2]
	}
	at := slices.IndexFunc(all, func(m Mode) bool { return m.String() == "v"+column })
	if at < 0 {
		t.Fatalf("unknown version %q", column)
	}
	return all[at : at+1]
}

func parseValue(t *testing.T, text string) value.Value {
	t.Helper()
	v, err := value.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}
