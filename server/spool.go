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
type spool struct {
	// file has the long ones, one behind the other, so that a request holds one descriptor; nil without any.
	file *os.File
	// size is that of the file.
	size int64
}

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
	if err := s.open(); err != nil {
		return nil, err
	}
	f, start := s.file, s.size
	size, err := io.Copy(diskWriter{f}, io.MultiReader(&head, from))
	s.size += size
	if err != nil {
		return nil, err
	}
	return &value.File{Name: name, Type: mediaType, Size: size, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(f, start, size)), nil
	}}, nil
}

// open creates the file unless it is there.
func (s *spool) open() error {
	if s.file != nil {
		return nil
	}
	f, err := os.CreateTemp("", "weft-upload-*")
	if err != nil {
		return &spoolError{err}
	}
	s.file = f
	// Where that is possible the file has no name from now on, so that nothing is left of it whatever happens to the process.
	_ = os.Remove(f.Name())
	return nil
}

// release removes the files. Readers that are still open fail.
func (s *spool) release() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name()) // where it could not be removed while it was open
		s.file = nil
	}
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
