package server

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph/execute"
	"github.com/weftgraph/weft/graph/value"
)

const hasNextKey = `,"hasNext":`

// partText writes the JSON of the parts of one answer.
type partText struct {
	// pending are the fragments that have been announced, by their ids.
	pending []execute.Pending
}

// part writes one part.
func (t *partText) part(buf *bytes.Buffer, format partFormat, part *execute.Part, extensions map[string]any) error {
	t.pending = append(t.pending, part.Pending...)
	buf.WriteByte('{')
	o := jsonObject{buf: buf}
	if part.Data != nil {
		o.key("data")
		buf.Write(part.Data)
	}
	o.encoded("errors", part.Errors, len(part.Errors))
	if format == partsV02 {
		t.announced(&o, part)
	} else {
		t.patches2022(&o, part)
	}
	o.encoded("extensions", extensions, len(extensions))
	o.key("hasNext")
	buf.WriteString(strconv.FormatBool(part.HasNext))
	buf.WriteByte('}')
	return o.err
}

// patches2022 writes the patches with their paths. Each fragment has a patch at its own path, by which clients know that it is there: an empty
// one if there is nothing to add, and null if it has failed.
func (t *partText) patches2022(o *jsonObject, part *execute.Part) {
	if len(part.Completed) == 0 {
		return
	}
	list := o.list("incremental")
	patches := part.Patches
	for _, c := range part.Completed {
		fragment := &t.pending[c.ID]
		hasOwn := false
		for len(patches) > 0 && patches[0].ID == c.ID {
			p := &patches[0]
			t.patch2022(list.object(), fragment, p.SubPath, p.Data, p.Errors)
			hasOwn, patches = hasOwn || len(p.SubPath) == 0, patches[1:]
		}
		switch {
		case c.HasFailed:
			t.patch2022(list.object(), fragment, nil, []byte("null"), c.Errors)
		case !hasOwn:
			t.patch2022(list.object(), fragment, nil, []byte("{}"), nil)
		}
	}
	list.end()
}

func (t *partText) patch2022(o *jsonObject, fragment *execute.Pending, subPath ast.Path, data []byte, errs gqlerror.List) {
	o.key("data")
	o.buf.Write(data)
	o.key("path")
	appendPath(o.buf, slices.Concat(fragment.Path, subPath))
	t.label(o, fragment)
	o.encoded("errors", errs, len(errs))
	o.end()
}

func (t *partText) label(o *jsonObject, fragment *execute.Pending) {
	if fragment.Label != "" {
		o.key("label")
		o.buf.Write(value.String(fragment.Label).AppendJSON(nil))
	}
}

// announced writes what is pending, the patches that refer to it, and what is completed.
func (t *partText) announced(o *jsonObject, part *execute.Part) {
	if len(part.Pending) > 0 {
		list := o.list("pending")
		for i := range part.Pending {
			p := &part.Pending[i]
			x := list.object()
			x.id(p.ID)
			x.key("path")
			appendPath(x.buf, p.Path)
			t.label(x, p)
			x.end()
		}
		list.end()
	}
	if len(part.Patches) > 0 {
		list := o.list("incremental")
		for _, p := range part.Patches {
			x := list.object()
			x.id(p.ID)
			if len(p.SubPath) > 0 {
				x.key("subPath")
				appendPath(x.buf, p.SubPath)
			}
			x.key("data")
			x.buf.Write(p.Data)
			x.encoded("errors", p.Errors, len(p.Errors))
			x.end()
		}
		list.end()
	}
	if len(part.Completed) > 0 {
		list := o.list("completed")
		for _, c := range part.Completed {
			x := list.object()
			x.id(c.ID)
			x.encoded("errors", c.Errors, len(c.Errors))
			x.end()
		}
		list.end()
	}
}

func appendPath(buf *bytes.Buffer, path ast.Path) {
	buf.WriteByte('[')
	for i, step := range path {
		if i > 0 {
			buf.WriteByte(',')
		}
		switch step := step.(type) {
		case ast.PathName:
			buf.Write(value.String(string(step)).AppendJSON(nil))
		case ast.PathIndex:
			buf.WriteString(strconv.Itoa(int(step)))
		}
	}
	buf.WriteByte(']')
}
