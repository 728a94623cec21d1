package input

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/value"
)

func isOneOf(def *ast.Definition) bool { return def.Directives.ForName("oneOf") != nil }

// oneOfProblem tells why an object does not have exactly one field with a value (specification 3.10.1).
func oneOfProblem(def *ast.Definition, v value.Value) string {
	fields := v.Fields()
	if len(fields) != 1 {
		return fmt.Sprintf(`Exactly one key must be specified for OneOf type %q.`, def.Name)
	}
	if fields[0].Value.IsNull() {
		return fmt.Sprintf(`Field %q must be non-null.`, fields[0].Name)
	}
	return ""
}

func unknownFieldProblem(def *ast.Definition, name string) string {
	names := make([]string, len(def.Fields))
	for i, f := range def.Fields {
		names[i] = f.Name
	}
	problem := fmt.Sprintf(`Field %s is not defined by type %q.`, abridge(value.String(name)), def.Name)
	if near := diag.Nearest(name, names); near != "" {
		problem += fmt.Sprintf(` Did you mean %q?`, near)
	}
	return problem
}
