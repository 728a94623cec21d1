package scenario_test

import (
	"strings"
	"testing"

	"github.com/weftgraph/weft/bench/scenario"
	"github.com/weftgraph/weft/bench/upstream"
)

func all(t *testing.T) []scenario.Scenario {
	t.Helper()
	out, err := scenario.All()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryScenarioHasAnAnswerForEachBody(t *testing.T) {
	t.Parallel()
	running, err := upstream.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = running.Close(t.Context()) })
	oracle, err := scenario.NewOracle(t.Context(), upstream.NewClient(running.Addresses().Mock))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = oracle.Close() })
	for _, s := range all(t) {
		bodies := s.Bodies()
		answers, err := s.Expected(t.Context(), oracle)
		if err != nil {
			t.Fatal(err)
		}
		if len(bodies) != len(answers) {
			t.Errorf("%s: %d bodies and %d answers", s.Name, len(bodies), len(answers))
		}
		for _, wrong := range []string{`{"data":{}}`, `{"data":null}`, `<html>`, `{"errors":[{"message":"no"}]}`} {
			if answers[0].Differs([]byte(wrong)) == nil {
				t.Errorf("%s: %s was accepted", s.Name, wrong)
			}
		}
		if s.Name == "greet" {
			if err := answers[0].Differs([]byte(`{"data":{"greet":"Hello World!"}}`)); err != nil {
				t.Error(err)
			}
		}
		if s.Name == "page" {
			if err := answers[47].Differs([]byte(`{"data":{"user":null}}`)); err == nil {
				t.Error("customer 48 has no page")
			}
		}
	}
}

func TestBodiesDifferWhereScenariosSaySo(t *testing.T) {
	t.Parallel()
	for _, s := range all(t) {
		bodies := s.Bodies()
		seen := map[string]bool{}
		for _, b := range bodies {
			seen[b] = true
		}
		if len(seen) != max(s.IDs, 1) {
			t.Errorf("%s: %d bodies, want %d", s.Name, len(seen), max(s.IDs, 1))
		}
		if s.IDs > 0 && !strings.Contains(bodies[6], `"variables":{"id":7}`) {
			t.Errorf("%s: the seventh body is %s", s.Name, bodies[6])
		}
	}
}

func TestScenariosAreChosenByName(t *testing.T) {
	t.Parallel()
	got, err := scenario.Choose(all(t), "page,nested")
	if err != nil || len(got) != 2 || got[0].Name != "page" || got[1].Name != "nested" {
		t.Errorf("got %d scenarios and the error %v", len(got), err)
	}
	if n := len(scenario.Cells(got)); n != 4 {
		t.Errorf("want 4 cells, got %d", n)
	}
	if _, err := scenario.Choose(all(t), "page,nothing"); err == nil || !strings.Contains(err.Error(), `"nothing"`) {
		t.Errorf("want an error that names it, got %v", err)
	}
}
