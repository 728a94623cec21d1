package input_test

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"

	"github.com/weftgraph/weft/graph/input"
	"github.com/weftgraph/weft/graph/sdl"
)

// findings runs the rule over a document and returns "line:column message" for each problem.
func findings(g *sdl.Graph, doc *ast.QueryDocument) []string {
	observers := &core.Events{}
	var found []string
	input.Rule().RuleFunc(observers, func(options ...core.ErrorOption) {
		err := &gqlerror.Error{}
		for _, option := range options {
			option(err)
		}
		found = append(found, fmt.Sprintf("%d:%d %s", err.Locations[0].Line, err.Locations[0].Column, err.Message))
	})
	core.Walk(g.Schema, doc, observers)
	return found
}
