package sdl

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
)

// Upload is the scalar whose values are files of a multipart request, where a schema has it.
const Upload = "Upload"

// checkFiles reports connectors that may be given a file and cannot send one: files go to HTTP back ends.
func (b *builder) checkFiles(c *readConnector) {
	kind := c.Call.Kind()
	if kind != datasources.GRPC && kind != datasources.SOAP || c.field == nil {
		return
	}
	for _, arg := range c.field.Arguments {
		if c.d.hasUpload(arg.Type) {
			c.isBroken = true
			b.errorf(codeUnsupported, arg.Position, "a %s connector cannot send files, and %q may have one: files go to HTTP sources", kind, arg.Name)
			return
		}
	}
}

// hasUpload tells whether values of an input type may have a file somewhere. Types may contain themselves.
func (d *document) hasUpload(of *ast.Type) bool {
	seen := map[string]bool{}
	names := []string{of.Name()}
	for len(names) > 0 {
		name := names[len(names)-1]
		names = names[:len(names)-1]
		t := d.types[name]
		if t == nil || seen[name] {
			continue
		}
		seen[name] = true
		switch t.kind {
		case ast.Scalar:
			if name == Upload {
				return true
			}
		case ast.InputObject:
			for _, f := range t.fields {
				names = append(names, f.Type.Name())
			}
		}
	}
	return false
}
