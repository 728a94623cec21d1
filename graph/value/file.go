package value

import "io"

// File is what a client has sent as a file. It is immutable, and may be opened by several goroutines until the request that it came with
// is answered; what was opened then fails.
type File struct {
	// Name is what the client calls it, and Type its media type; both are the client's word.
	Name, Type string
	// Size is its length in bytes.
	Size int64
	// Open returns a reader of the content, from its beginning. Whoever gets it closes it.
	Open func() (io.ReadCloser, error)
}

// OfFile returns an object that tells of a file: `filename`, `mimetype` and `size`. As long as it is passed on as a whole, it is the
// file as well.
func OfFile(f *File) Value {
	v := DistinctObject([]Field{
		{Name: "filename", Value: String(f.Name)},
		{Name: "mimetype", Value: String(f.Type)},
		{Name: "size", Value: Int(f.Size)},
	})
	v.node.file = f
	return v
}

// File returns the file that v is, or nil.
func (v Value) File() *File {
	if v.node == nil {
		return nil
	}
	return v.node.file
}

// HasFile tells whether v is a file, or an array or object that has one somewhere.
func (v Value) HasFile() bool {
	if v.node == nil {
		return false
	}
	if v.node.file != nil {
		return true
	}
	for _, e := range v.node.elems {
		if e.node != nil && e.HasFile() {
			return true
		}
	}
	for _, f := range v.node.fields {
		if f.Value.node != nil && f.Value.HasFile() {
			return true
		}
	}
	return false
}
