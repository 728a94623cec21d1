package server

import (
	"slices"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server/config"
)

// SourceSettings are those of the source of a definition's graph that is called "<document>.<source>", for asking its back end about itself.
// Mistakes of the documents do not matter as long as the source can be read.
func SourceSettings(d Definition, name string) (datasources.Settings, diag.List) {
	g, _, diags := sketch(d)
	i := slices.IndexFunc(g.Sources, func(s sdl.Source) bool { return s.Settings.Name == name })
	if i < 0 {
		if !diags.HasErrors() {
			diags.Add(unknownSource(g, name))
		}
		return datasources.Settings{}, diags
	}
	settings := d.Config
	if settings == nil {
		settings = &config.Config{}
	}
	return sourceConfig(g, settings).Settings(&g.Sources[i])
}

func unknownSource(g *sdl.Graph, name string) diag.Diagnostic {
	var names []string
	for i := range g.Sources[1:] {
		names = append(names, g.Sources[1+i].Settings.Name)
	}
	return diag.Diagnostic{Code: codeGateway, Message: "the graph has no source \"" + name + "\"", Nearest: diag.Nearest(name, names)}
}
