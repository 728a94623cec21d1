package audit

import (
	"fmt"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/rest/openapi"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
)

// Contract says which OpenAPI document describes a source.
type Contract struct {
	// Source is the name of a source, or "<document>.<source>" where several documents have one of this name.
	Source string
	File   string
}

// ParseContract reads "source=file".
func ParseContract(text string) (Contract, error) {
	source, file, ok := strings.Cut(text, "=")
	if !ok || source == "" || file == "" {
		return Contract{}, fmt.Errorf("expected SOURCE=FILE, found %q", text)
	}
	return Contract{Source: source, File: file}, nil
}

// audit compares the connectors of the contract's source with it.
func (c Contract) audit(g *sdl.Graph) diag.List {
	var found diag.List
	sources := map[sdl.SourceID]bool{}
	var names []string
	for _, s := range g.Sources[1:] {
		if s.Settings.HTTP == nil || s.Implied {
			continue
		}
		names = append(names, s.Name)
		if c.Source == s.Name || c.Source == s.Settings.Name {
			sources[s.ID] = true
		}
	}
	if len(sources) == 0 {
		found.Errorf(CodeContract, diag.Span{File: c.File}, "the graph has no HTTP source %q", c.Source)
		found[0].Nearest = diag.Nearest(c.Source, names)
		return found
	}
	contract, err := openapi.Load(c.File)
	if err != nil {
		found.Errorf(CodeContract, diag.Span{File: c.File}, "%v", err)
		return found
	}
	for i := range g.Connectors {
		con := &g.Connectors[i]
		if con.ID != 0 && sources[con.Source] && con.Call.HTTP != nil {
			e := expectation{Contract: c, contract: contract, con: con, base: &g.Sources[con.Source].Settings, found: &found}
			e.check()
		}
	}
	return found
}

// expectation compares one connector with the contract.
type expectation struct {
	Contract

	contract *openapi.Contract
	con      *sdl.Connector
	base     *datasources.Settings
	found    *diag.List
}

func (e expectation) check() {
	call := e.con.Call.HTTP
	if call.URL == nil || call.Path != nil || e.base.HTTP.Path != nil {
		return // how many segments the mapping adds is not known
	}
	path := pathOf(call.URL)
	reply, ok := e.contract.Find(call.Method, path)
	if !ok && e.base.HTTP.BaseURL != nil {
		reply, ok = e.contract.Find(call.Method, pathOf(e.base.HTTP.BaseURL)+"/"+path)
	}
	if !ok {
		e.found.Warnf(CodeOperation, e.con.Origin, "%s has no %s %s", e.File, call.Method, path)
		(*e.found)[len(*e.found)-1].Nearest = diag.Nearest(path, e.contract.Paths())
		return
	}
	if selection := e.con.Call.Selection; selection != nil {
		e.keys(selection, selection.Reads(), reply, "")
	}
}

// pathOf is the path of a URL template, with holes for what is not constant.
func pathOf(t *mapping.Template) string {
	var b strings.Builder
	for _, part := range t.Parts() {
		if part.Hole != nil {
			b.WriteString(openapi.Hole)
		} else {
			b.WriteString(part.Text)
		}
	}
	path := b.String()
	if _, rest, isAbsolute := strings.Cut(path, "://"); isAbsolute {
		_, path, _ = strings.Cut(rest, "/")
	}
	if i := strings.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	return "/" + strings.Trim(path, "/")
}

// keys reports the keys that the selection reads and the contract does not have.
func (e expectation) keys(selection *mapping.Mapping, reads *mapping.Paths, value openapi.Schema, above string) {
	for _, child := range reads.Children {
		property, ok := value.Property(child.Name)
		if ok {
			e.keys(selection, child.Paths, property, above+child.Name+".")
			continue
		}
		at := e.con.Locate(selection, child.Paths.Offset, child.Paths.End)
		e.found.Warnf(CodeKey, at, "replies have no %q, says %s", above+child.Name, e.File)
		(*e.found)[len(*e.found)-1].Nearest = diag.Nearest(child.Name, value.Properties())
	}
}
