package server

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// maxPartOverhead is what the header of a part and its boundary may take beside its content.
const maxPartOverhead = 8 << 10

// multipartReader reads one request with files, by the GraphQL multipart request specification: a part "operations" with the request,
// of which the files are null; then a part "map" that says which places the files belong to; then the files. They are kept until the
// request is answered.
type multipartReader struct {
	*operations
	parts *multipart.Reader
	spool *spool
}

// readMultipart reads a request with files.
func (t postTransport) readMultipart(w http.ResponseWriter, r *http.Request) (reading, *refusal) {
	read := reading{generation: t.schema.Generation()}
	if refused := t.checkMultipart(r, read.generation); refused != nil {
		return read, refused
	}
	// Two texts, and the files.
	total := 2*t.maxBody + int64(t.uploads.MaxFiles)*t.uploads.MaxFileBytes + int64(t.uploads.MaxFiles+3)*maxPartOverhead
	if r.ContentLength > total {
		w.Header().Set("Connection", "close") // nobody wants to read the rest
		return read, exceeds("body_bytes", "The request body is too large, the limit is %d bytes.", total)
	}
	r.Body = http.MaxBytesReader(w, r.Body, total)
	parts, err := r.MultipartReader()
	if err != nil {
		return read, refuse(http.StatusBadRequest, codeBadRequest, "The content type has no boundary between the parts.")
	}
	m := &multipartReader{operations: t.operations, parts: parts, spool: &spool{}}
	read.release = m.spool.release
	request, refused := m.request()
	if refused != nil {
		return read, refused
	}
	if request.Kind() == value.KindArray {
		read.batch, refused = t.readBatch(request)
		for i := range read.batch {
			read.batch[i].query.Alone = true
		}
		return read, refused
	}
	read.query, refused = paramsFromJSON(`The part "operations"`, request)
	read.query.Alone = true // a file is in no key
	return read, refused
}

// checkMultipart refuses requests with files where there can be none.
func (t postTransport) checkMultipart(r *http.Request, g *graph.Generation) *refusal {
	upload := g.Graph().Schema.Types[sdl.Upload]
	switch {
	case t.uploads.Off, upload == nil, upload.Kind != ast.Scalar:
		return refuse(http.StatusUnsupportedMediaType, codeBadRequest, "The content type must be application/json: there is nothing that takes files.")
	case len(r.Header["Content-Encoding"]) > 0:
		return refuse(http.StatusUnsupportedMediaType, codeBadRequest, "A body with files must have no content encoding.")
	default:
		return nil
	}
}

// request returns the part "operations" with files in their places.
func (m *multipartReader) request() (value.Value, *refusal) {
	operations, refused := m.json("operations")
	if refused != nil {
		return operations, refused
	}
	mapped, refused := m.json("map")
	if refused != nil {
		return operations, refused
	}
	if mapped.Kind() != value.KindObject {
		return operations, refuse(http.StatusBadRequest, codeBadRequest, `The part "map" must be a JSON object.`)
	}
	if n := mapped.Len(); n > m.uploads.MaxFiles {
		return operations, exceeds("files", "The request has %d files, the limit is %d.", n, m.uploads.MaxFiles)
	}
	files, refused := m.files(mapped)
	if refused != nil {
		return operations, refused
	}
	places := &place{}
	for _, f := range mapped.Fields() {
		if refused := places.add(f, files[f.Name], int64(m.uploads.MaxFiles)*m.uploads.MaxFileBytes); refused != nil {
			return operations, refused
		}
	}
	return places.fill(operations, "")
}

// json reads the next part, which must have that name.
func (m *multipartReader) json(name string) (value.Value, *refusal) {
	part, err := m.parts.NextRawPart()
	if err != nil || part.FormName() != name {
		return value.Missing(), m.unreadable(err, "The parts must be \"operations\", \"map\" and the files, in this order; %q is missing.", name)
	}
	text, err := io.ReadAll(io.LimitReader(part, m.maxBody+1))
	switch {
	case err != nil:
		return value.Missing(), m.unreadable(err, "The part %q could not be read.", name)
	case int64(len(text)) > m.maxBody:
		return value.Missing(), exceeds("body_bytes", "The part %q is too large, the limit is %d bytes.", name, m.maxBody)
	}
	v, err := parseJSON(text)
	if err != nil {
		return v, malformed("The part \""+name+"\" is not valid JSON", err)
	}
	return v, nil
}

// files reads the files that the map names.
func (m *multipartReader) files(mapped value.Value) (map[string]*value.File, *refusal) {
	files := make(map[string]*value.File, mapped.Len())
	for {
		part, err := m.parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, m.unreadable(err, "The parts of the request body could not be read.")
		}
		name := part.FormName()
		switch {
		case mapped.Get(name).IsMissing():
			return nil, refuse(http.StatusBadRequest, codeBadRequest, `The part "map" does not name the file %q.`, shortened(name))
		case files[name] != nil:
			return nil, refuse(http.StatusBadRequest, codeBadRequest, "The file %q is there more than once.", shortened(name))
		}
		limited := &limitedBody{part, m.uploads.MaxFileBytes, func() {}}
		kept, err := m.spool.keep(strings.ToValidUTF8(part.FileName(), "\uFFFD"), fileType(part), limited)
		switch {
		case errors.Is(err, errTooLong):
			return nil, exceeds("file_bytes", "The file %q is too large, the limit is %d bytes.", shortened(name), m.uploads.MaxFileBytes)
		case err != nil:
			return nil, m.unreadable(err, "The file %q could not be read.", shortened(name))
		}
		files[name] = kept
	}
	return files, nil
}

// unreadable refuses what could not be read: for a limit, for a failure of ours, or with the message.
func (m *multipartReader) unreadable(err error, format string, args ...any) *refusal {
	var tooLarge *http.MaxBytesError
	var ours *spoolError
	switch {
	case errors.As(err, &tooLarge):
		return exceeds("body_bytes", "The request body is too large, the limit is %d bytes.", tooLarge.Limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return refuseSlow()
	case errors.As(err, &ours):
		m.log.Error("internal error", zap.Error(ours))
		return refuse(http.StatusInternalServerError, codeInternal, "Internal server error")
	default:
		return refuse(http.StatusBadRequest, codeBadRequest, format, args...)
	}
}

func exceeds(limit, format string, args ...any) *refusal {
	return beyond(limit, http.StatusRequestEntityTooLarge, format, args...)
}

// fileType is the media type that a client gives for a file, or the one for any bytes.
func fileType(part *multipart.Part) string {
	const anyBytes = "application/octet-stream"
	given := part.Header.Get("Content-Type")
	media, params, err := mime.ParseMediaType(given)
	if err != nil || !strings.Contains(media, "/") {
		return anyBytes
	}
	// Written again, it has no character that would end it early.
	if text := mime.FormatMediaType(media, params); text != "" {
		return text
	}
	return anyBytes
}
