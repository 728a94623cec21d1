package sdl

import "github.com/weftgraph/weft/graph/mapping"

// variables is a set of variables.
type variables uint16

func variablesOf(list ...mapping.Var) variables {
	var set variables
	for _, v := range list {
		set |= 1 << v
	}
	return set
}

func (s variables) has(v mapping.Var) bool { return s&(1<<v) != 0 }

// names are the variables as they are written, in a fixed order.
func (s variables) names() []string {
	var names []string
	for v := range mapping.NumVars {
		if s.has(v) {
			names = append(names, v.Name())
		}
	}
	return names
}

// sourceVariables are those that a source's text may use (Connectors specification 3.6).
func sourceVariables(p phase) variables {
	switch p {
	case phaseURL:
		return variablesOf(mapping.Config, mapping.EnvVars)
	case phaseRequest:
		return variablesOf(mapping.Config, mapping.Context, mapping.Request, mapping.EnvVars)
	default:
		return variablesOf(mapping.Config, mapping.Context, mapping.Status, mapping.Request, mapping.Response, mapping.EnvVars)
	}
}

// variables are those that a connector's text may use.
func (c *readConnector) variables(p phase) variables {
	set := variablesOf(mapping.Config, mapping.Context, mapping.Request, mapping.EnvVars)
	if p == phaseKey {
		return set
	}
	if c.field != nil {
		set |= variablesOf(mapping.Args)
	}
	if c.d.rootOf(c.on.name) == "" {
		set |= variablesOf(mapping.This)
		if c.field == nil || c.d.Dialect == Weft {
			set |= variablesOf(mapping.Batch)
		}
	}
	if (p == phaseSelection || p == phaseReply) && !c.isVirtual {
		set |= variablesOf(mapping.Status, mapping.Response)
	}
	return set
}
