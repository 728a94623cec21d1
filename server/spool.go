package server

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/weftgraph/weft/graph/value"
)

// maxFileMemory bounds what of each file is in memory. What is longer goes to a temporary file.
const maxFileMemory = 64 << 10

// spool keeps the files of one request until it is answered. It belongs to one goroutine; the files that it gives do not.
type spool struct{ files []*os.File }

// keep reads a file, whose name and type are given, to its end.
func (s *spool) keep(name, mediaType string, from io.Reader) (*value.File, error) {
	var head bytes.Buffer
	n, err := io.CopyN(&head, from, maxFileMemory)
	if err == io.EOF { //nolint:errorlint // CopyN promises this very error
		content := head.Bytes()
		return &value.File{Name: name, Type: mediaType, Size: n, Open: func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(content)), nil
		}}, nil
	}
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp("", "weft-upload-*")
	if err != nil {
		return nil, &spoolError{err}
	}
	s.files = append(s.files, f)
	// Where that is possible the file has no name from now on, so that nothing is left of it whatever happens to the process.
	_ = os.Remove(f.Name())
	rest, err := io.Copy(diskWriter{f}, io.MultiReader(&head, from))
	if err != nil {
		return nil, err
	}
	return &value.File{Name: name, Type: mediaType, Size: rest, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(f, 0, rest)), nil
	}}, nil
}

// release removes the files. Readers that are still open fail.
func (s *spool) release() {
	for _, f := range s.files {
		_ = f.Close()
		_ = os.Remove(f.Name()) // where it could not be removed while it was open
	}
	s.files = nil
}

// spoolError is a failure to keep a file, which is not the client's.
type spoolError struct{ cause error }

// Error implements error.
func (e *spoolError) Error() string { return fmt.Sprintf("keep an uploaded file: %v", e.cause) }

// Unwrap returns the cause.
func (e *spoolError) Unwrap() error { return e.cause }

// diskWriter tells failures of the disk from those of the client.
type diskWriter struct{ f *os.File }

// Write implements io.Writer.
func (w diskWriter) Write(p []byte) (int, error) {
	n, err := w.f.Write(p)
	if err != nil {
		return n, &spoolError{err}
	}
	return n, nil
}
