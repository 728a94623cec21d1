package main_test

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
)

// TestCheckBearsDocumentsThatLackALine holds what is left of the shop's document against its contracts, whatever line is missing: what the
// connectors mention may be gone. Each run tries every eighth line, others each time; a failure names its line.
func TestCheckBearsDocumentsThatLackALine(t *testing.T) {
	t.Parallel()
	documents := shopDocuments(t)
	lines := strings.SplitAfter(documents[0].Text, "\n")
	wrong := 0
	const step = 8
	for i := rand.IntN(step); i < len(lines); i += step {
		line := lines[i]
		if strings.TrimSpace(line) == "" || strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		in := documents[0]
		in.Text = strings.Join(lines[:i], "") + strings.Join(lines[i+1:], "")
		g, found := server.Check(t.Context(), server.Definition{Documents: []sdl.Input{in}, Env: os.LookupEnv})
		if (g == nil) != found.HasErrors() {
			t.Errorf("without line %d there is a graph: %t, and errors: %t", i+1, g != nil, found.HasErrors())
		}
		if g == nil {
			wrong++
		}
	}
	if wrong == 0 {
		t.Error("no line is missed")
	}
}
