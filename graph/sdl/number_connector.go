package sdl

import (
	"slices"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping/form"
	"github.com/weftgraph/weft/graph/value"
)

// addConnectors adds the documents' sources, then their connectors with the sources that these imply.
func (n numbering) addConnectors() {
	ids, variables := map[*readSource]SourceID{}, n.variablesBySource()
	for _, d := range n.documents {
		for _, s := range d.sources {
			if !s.isBroken {
				ids[s] = n.addSource(d, s, variables[s])
			}
		}
		for _, c := range d.connectors {
			if !c.isUsable() {
				continue
			}
			if c.source.implied {
				ids[c.source] = n.addSource(d, c.source, variables[c.source])
			}
			n.addConnector(c, ids[c.source])
		}
	}
}

// variablesBySource lists the environment variables that each source's texts and those of its connectors mention: a call is
// made with the environment of its source.
func (n numbering) variablesBySource() map[*readSource][]string {
	names := map[*readSource][]string{}
	for _, d := range n.documents {
		for _, s := range d.sources {
			for _, t := range s.texts {
				names[s] = append(names[s], t.mapping.EnvNames()...)
			}
		}
		for _, c := range d.connectors {
			if !c.isUsable() {
				continue
			}
			for _, t := range c.texts {
				names[c.source] = append(names[c.source], t.mapping.EnvNames()...)
			}
		}
	}
	return names
}

func (n numbering) addSource(d *document, s *readSource, variables []string) SourceID {
	id := SourceID(len(n.g.Sources))
	s.settings.Config, s.settings.Env = value.Object(nil), n.environment(variables)
	n.g.Sources = append(n.g.Sources, Source{
		ID: id, Document: d.Document, Name: s.name, Implied: s.implied, Settings: s.settings, Origin: n.at(s.position),
	})
	return id
}

// environment looks variables up; it is sorted by name, and unset ones are absent.
func (n numbering) environment(names []string) value.Value {
	slices.Sort(names)
	var fields []value.Field
	for _, name := range slices.Compact(names) {
		if text, ok := n.opts.Env(name); ok {
			fields = append(fields, value.Field{Name: name, Value: value.String(text)})
		}
	}
	return value.Object(fields)
}

func (n numbering) addConnector(c *readConnector, source SourceID) {
	out := c.Connector
	out.ID, out.Source = ConnectorID(len(n.g.Connectors)), source
	out.On = n.g.typeByName[c.on.name]
	if c.field != nil {
		out.Field = n.g.fieldByName[fieldKey{out.On, c.field.Name}]
	}
	if out.On == 0 || c.field != nil && out.Field == 0 {
		return // reported with the type or field, which is wrong
	}
	out.texts = c.located()
	out.Call.Locate = out.Locate
	g := n.g // and not the builder with all that it knows
	out.Call.Variable = g.variableForms(&out)
	out.Call.CheckReply = func(code string, reply form.Form) []diag.Diagnostic { return g.checkReply(&out, code, reply) }
	n.g.Connectors = append(n.g.Connectors, out)
}
