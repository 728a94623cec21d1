package diag

import (
	"errors"
	"io/fs"
)

// Unreadable adds an error that says why a file or folder cannot be read, without repeating its path, which is the error's place.
func (l *List) Unreadable(code, path string, err error) {
	var wrapped *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.Errorf(code, Span{File: path}, "there is no such file or folder")
	case errors.As(err, &wrapped):
		l.Errorf(code, Span{File: path}, "cannot be read: %s", wrapped.Err)
	default:
		l.Errorf(code, Span{File: path}, "cannot be read: %s", err)
	}
}
