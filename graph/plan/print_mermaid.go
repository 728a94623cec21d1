package plan

import (
	"fmt"
	"strings"
)

// AppendMermaid appends the plan as a Mermaid flowchart: one box per fetch, one subgraph per stage, an arrow for each "waits for". The
// boxes of fetches that the first part of the answer does not wait for are dashed. What the caller may not read is one box without arrows.
func (p *Plan) AppendMermaid(dst []byte) []byte {
	dst = append(dst, "flowchart LR\n"...)
	if len(p.Denied) > 0 {
		dst = fmt.Appendf(dst, "  denied[\"%s\"]\n", mermaidText(strings.TrimSuffix(string(p.appendDenied(nil)), "\n")))
	}
	for i, stage := range p.Stages {
		dst = fmt.Appendf(dst, "  subgraph stage%d[\"stage %d\"]\n", i+1, i+1)
		for _, id := range stage {
			f := &p.Fetches[id]
			l := &p.Loaders[f.Loader]
			lines := []string{l.Request, l.Coordinate, p.callText(f)}
			dst = fmt.Appendf(dst, "    f%d[\"%s\"]\n", f.ID.Number(), mermaidText(strings.Join(lines, "\n")))
		}
		dst = append(dst, "  end\n"...)
	}
	for i := range p.Fetches {
		f := &p.Fetches[i]
		for _, a := range f.After {
			dst = fmt.Appendf(dst, "  f%d --> f%d\n", a.Number(), f.ID.Number())
		}
	}
	if len(p.Deferrals) == 0 {
		return dst
	}
	dst = append(dst, "  classDef deferred stroke-dasharray: 5 5\n"...)
	for i := range p.Fetches {
		if id := p.Fetches[i].ID; p.IsDeferred(id) {
			dst = fmt.Appendf(dst, "  class f%d deferred\n", id.Number())
		}
	}
	return dst
}

// mermaidText escapes what a quoted Mermaid label may not hold.
func mermaidText(s string) string {
	return strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;", "#", "&num;", "\n", "<br/>").Replace(s)
}
