package plan

import (
	"fmt"
	"strings"
)

// AppendText appends the plan as text for people, one line per fetch, grouped by stages.
func (p *Plan) AppendText(dst []byte) []byte {
	dst = fmt.Appendf(dst, "%s", p.title())
	for _, c := range p.Conditions {
		dst = fmt.Appendf(dst, "\n  when %s", c)
	}
	dst = append(dst, '\n')
	dst = p.appendDenied(dst)
	for i, stage := range p.Stages {
		dst = fmt.Appendf(dst, "stage %d\n", i+1)
		for _, id := range stage {
			dst = p.appendFetchText(dst, &p.Fetches[id])
		}
	}
	if p.Stream != NoFetch {
		return fmt.Appendf(dst, "calls: %s for each event, which counts as one of them\n", p.Calls)
	}
	dst = p.appendParts(dst)
	return fmt.Appendf(dst, "calls: %s\n", p.Calls)
}

// appendDenied lists what the caller may not read.
func (p *Plan) appendDenied(dst []byte) []byte {
	if len(p.Denied) == 0 {
		return dst
	}
	dst = append(dst, "denied"...)
	if p.IsDry {
		dst = append(dst, ", and answered since authorization.directives.dry_run is on"...)
	}
	dst = append(dst, '\n')
	for i := range p.Denied {
		x := &p.Denied[i]
		dst = fmt.Appendf(dst, "  %s (%s)\n", strings.Join(x.Path, "."), x.Coordinate)
	}
	if p.MoreDenied > 0 {
		dst = fmt.Appendf(dst, "  and %d more\n", p.MoreDenied)
	}
	return dst
}

// appendParts says what the parts of the answer wait for, if there are several.
func (p *Plan) appendParts(dst []byte) []byte {
	if len(p.Deferrals) == 0 {
		return dst
	}
	dst = append(dst, "parts\n  1. the answer without what is deferred"...)
	dst = append(appendAfter(dst, p.First), '\n')
	for i := range p.Deferrals {
		x := &p.Deferrals[i]
		dst = fmt.Appendf(dst, "  %d. ", x.Part.Number())
		if x.Label != "" {
			dst = fmt.Appendf(dst, "%q ", x.Label)
		}
		if len(x.Path) == 0 {
			dst = append(dst, "at the root"...)
		} else {
			dst = fmt.Appendf(dst, "at %s", strings.Join(x.Path, "."))
		}
		if x.Around != FirstPart {
			dst = fmt.Appendf(dst, ", in part %d", x.Around.Number())
		}
		dst = append(appendAfter(dst, x.Fetches), '\n')
	}
	return dst
}

// appendAfter lists what is waited for.
func appendAfter(dst []byte, ids []FetchID) []byte {
	for i, id := range ids {
		if i == 0 {
			dst = append(dst, ", after "...)
		} else {
			dst = append(dst, ", "...)
		}
		dst = fmt.Appendf(dst, "%d", id.Number())
	}
	return dst
}

func (p *Plan) appendFetchText(dst []byte, f *Fetch) []byte {
	l := &p.Loaders[f.Loader]
	dst = fmt.Appendf(dst, "  %d. %s\n     %s", f.ID.Number(), l.Request, l.Coordinate)
	if l.Source != "" {
		dst = fmt.Appendf(dst, " from %s", l.Source)
	}
	if keys := l.keyText(); keys != "" {
		dst = fmt.Appendf(dst, ", by %s", keys)
	}
	dst = appendAfter(dst, f.After)
	if first := p.firstOf(f.Loader); first != f.ID {
		dst = fmt.Appendf(dst, ", shared with %d", first.Number())
	}
	if p.IsDeferred(f.ID) {
		dst = append(dst, ", deferred"...)
	}
	return fmt.Appendf(dst, ": %s\n", p.callText(f))
}

// firstOf returns the first fetch of a loader. Those after it share its calls, and ask only for keys that have not been asked.
func (p *Plan) firstOf(l LoaderID) FetchID {
	for i := range p.Fetches {
		if p.Fetches[i].Loader == l {
			return p.Fetches[i].ID
		}
	}
	return NoFetch
}

// callText says how many calls a fetch makes.
func (p *Plan) callText(f *Fetch) string {
	l := &p.Loaders[f.Loader]
	switch {
	case f.ID == p.Stream:
		return "a stream of events"
	case l.Source == "":
		return "computed"
	case l.Mode == Once, f.Calls.Max == 1:
		return "1 call"
	case l.Mode == Batch:
		return fmt.Sprintf("⌈keys/%d⌉ calls", l.MaxSize)
	default:
		return "1 call per key"
	}
}

func (p *Plan) title() string {
	return strings.TrimSpace(string(p.Kind) + " " + p.Name)
}

// keyText names the key's paths, such as "id, org.id".
func (l *Loader) keyText() string {
	paths := make([]string, len(l.KeyPaths))
	for i, k := range l.KeyPaths {
		paths[i] = strings.Join(k, ".")
	}
	return strings.Join(paths, ", ")
}

// String returns the range for people, such as "3", "2 to 5" or "2 or more".
func (r Range) String() string {
	switch {
	case r.Max == Unbounded:
		return fmt.Sprintf("%d or more", r.Min)
	case r.Min == r.Max:
		return fmt.Sprintf("%d", r.Min)
	default:
		return fmt.Sprintf("%d to %d", r.Min, r.Max)
	}
}
