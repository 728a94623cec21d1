package server

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/graph/value"
)

// maxPlaces bounds the places of all files of a request, and maxSteps what the paths to them have together: a step may be one byte, and
// is kept in some hundreds.
const (
	maxPlaces = 1000
	maxSteps  = 10_000
)

// place is a place in the part "operations" that leads to files: members by their names, items by their numbers.
type place struct {
	parts map[string]*place
	// file is what belongs here, nil if it is further down.
	file *value.File
	// count is how many paths lead through the root, and steps how many steps they have.
	count, steps int
	// bytes is what the files have in all their places: each is sent on for each.
	bytes int64
}

// add notes the paths of one member of the part "map". The files of all paths have maxBytes together at most.
func (p *place) add(of value.Field, file *value.File, maxBytes int64) *refusal {
	if of.Value.Kind() != value.KindArray || of.Value.Len() == 0 {
		return refuse(http.StatusBadRequest, codeBadRequest, `The part "map" must have a list of paths for the file %q.`, shortened(of.Name))
	}
	if file == nil {
		return refuse(http.StatusBadRequest, codeBadRequest, "The file %q is missing.", shortened(of.Name))
	}
	for _, path := range of.Value.Elems() {
		if p.count++; p.count > maxPlaces {
			return exceeds("files", `The part "map" has more than %d paths.`, maxPlaces)
		}
		if p.bytes += file.Size; p.bytes > maxBytes {
			return exceeds("file_bytes", "The files are too large in all their places, the limit is %d bytes.", maxBytes)
		}
		if path.Kind() != value.KindString {
			return refuse(http.StatusBadRequest, codeBadRequest, `The paths of the file %q in the part "map" must be strings.`, shortened(of.Name))
		}
		at := p
		for step := range strings.SplitSeq(path.Text(), ".") {
			if p.steps++; p.steps > maxSteps {
				return exceeds("files", `The paths of the part "map" have more than %d steps.`, maxSteps)
			}
			next := at.parts[step]
			if next == nil {
				if at.parts == nil {
					at.parts = map[string]*place{}
				}
				next = &place{}
				at.parts[step] = next
			}
			at = next
		}
		if at.file != nil {
			return noPlace(path.Text())
		}
		at.file = file
	}
	return nil
}

// noPlace refuses a path.
func noPlace(path string) *refusal {
	return refuse(http.StatusBadRequest, codeBadRequest, `The path %q of the part "map" leads to no null in the part "operations".`, shortened(path))
}

// fill returns the value with files in the places of nulls. path is where the value is.
func (p *place) fill(v value.Value, path string) (value.Value, *refusal) {
	switch {
	case p.file != nil && p.parts == nil && v.IsNull():
		return value.OfFile(p.file), nil
	case p.file != nil:
		return v, noPlace(path)
	case len(p.parts) == 0:
		return v, nil
	}
	found := 0
	inner := func(name string, at value.Value) (value.Value, *refusal) {
		next := p.parts[name]
		if next == nil {
			return at, nil
		}
		found++
		return next.fill(at, strings.TrimPrefix(path+"."+name, "."))
	}
	filled, refused := each(v, inner)
	if refused == nil && found < len(p.parts) {
		for name := range p.parts {
			if !has(v, name) {
				return v, noPlace(strings.TrimPrefix(path+"."+name, "."))
			}
		}
	}
	return filled, refused
}

// each returns the value with its members or items changed.
func each(v value.Value, change func(name string, at value.Value) (value.Value, *refusal)) (value.Value, *refusal) {
	switch v.Kind() {
	case value.KindObject:
		fields := make([]value.Field, v.Len())
		for i, f := range v.Fields() {
			at, refused := change(f.Name, f.Value)
			if refused != nil {
				return v, refused
			}
			fields[i] = value.Field{Name: f.Name, Value: at}
		}
		return value.Object(fields), nil
	case value.KindArray:
		items := make([]value.Value, v.Len())
		for i, item := range v.Elems() {
			at, refused := change(strconv.Itoa(i), item)
			if refused != nil {
				return v, refused
			}
			items[i] = at
		}
		return value.Array(items), nil
	default:
		return v, nil
	}
}

// has tells whether a value has a member or an item.
func has(v value.Value, name string) bool {
	if v.Kind() == value.KindArray {
		i, err := strconv.Atoi(name)
		return err == nil && i >= 0 && i < v.Len() && strconv.Itoa(i) == name
	}
	return !v.Get(name).IsMissing()
}
