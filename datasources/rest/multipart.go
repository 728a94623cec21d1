package rest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/value"
)

const typeMultipart = "multipart/form-data"

// Shown to clients.
var (
	errMultipartNoObject = errors.New("Expected multipart forms to be objects")
	errFilePlace         = errors.New("A file can be sent as the whole body, or as a part of a multipart/form-data body")
)

// isMultipart tells whether a content type asks for a form with parts. Its parameters are made here.
func isMultipart(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && media == typeMultipart
}

// fileBody makes a body of a file alone.
func fileBody(f *value.File) *datasources.Content {
	return &datasources.Content{Length: f.Size, Open: f.Open}
}

// multipartBody makes a form of an object (RFC 7578), and sets its content type. A member becomes a part of its name: a file one with its
// name and type, a list one part for each item, an object a part of JSON, and everything else a text. What is null has no part.
func multipartBody(v value.Value, header http.Header) (*datasources.Content, error) {
	if v.Kind() != value.KindObject || v.File() != nil {
		return nil, errMultipartNoObject
	}
	p := &parts{content: &datasources.Content{}}
	p.writer = multipart.NewWriter(&p.text)
	for _, field := range v.Fields() {
		if err := p.add(field.Name, field.Value, true); err != nil {
			return nil, err
		}
	}
	if err := p.writer.Close(); err != nil {
		return nil, err
	}
	p.cut()
	header[contentType] = []string{p.writer.FormDataContentType()}
	segments := p.segments
	p.content.Open = func() (io.ReadCloser, error) { return &segmentReader{left: segments}, nil }
	return p.content, nil
}

// segment is a part of a body: a text or, where that is nil, a file.
type segment struct {
	text []byte
	file *value.File
}

// parts is a form that is being written.
type parts struct {
	text     bytes.Buffer
	writer   *multipart.Writer
	segments []segment
	content  *datasources.Content
}

// cut makes a segment of the text so far.
func (p *parts) cut() {
	text := bytes.Clone(p.text.Bytes())
	p.segments = append(p.segments, segment{text: text})
	p.content.Length += int64(len(text))
	p.text.Reset()
}

func (p *parts) add(name string, v value.Value, isMember bool) error {
	switch {
	case v.File() != nil:
		return p.addFile(name, v.File())
	case v.Kind() == value.KindNull:
		return nil
	case v.Kind() == value.KindArray && isMember:
		for _, item := range v.Elems() {
			if err := p.add(name, item, false); err != nil {
				return err
			}
		}
		return nil
	case v.HasFile():
		return errFilePlace // in an object, which becomes JSON
	case v.Kind() == value.KindArray, v.Kind() == value.KindObject:
		return p.addText(textproto.MIMEHeader{
			"Content-Disposition": {multipartDisposition(name)}, contentType: {typeJSON},
		}, v.AppendJSON(nil))
	case v.Kind() == value.KindString:
		return p.addText(textproto.MIMEHeader{"Content-Disposition": {multipartDisposition(name)}}, []byte(v.Text()))
	default:
		return p.addText(textproto.MIMEHeader{"Content-Disposition": {multipartDisposition(name)}}, v.AppendJSON(nil))
	}
}

// multipartDisposition is that of a part without a file. Its name is written as browsers do: no character ends it early.
func multipartDisposition(name string) string {
	const file = `; filename=""`
	whole := multipart.FileContentDisposition(name, "")
	return whole[:len(whole)-len(file)]
}

func (p *parts) addText(header textproto.MIMEHeader, text []byte) error {
	w, err := p.writer.CreatePart(header)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

func (p *parts) addFile(name string, f *value.File) error {
	_, err := p.writer.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition(name, f.Name)}, contentType: {f.Type},
	})
	if err != nil {
		return err
	}
	p.cut()
	p.segments = append(p.segments, segment{file: f})
	p.content.Length += f.Size
	return nil
}

// segmentReader reads segments one after the other. It has one file open at a time.
type segmentReader struct {
	left []segment
	at   io.ReadCloser
}

// Read implements io.Reader.
func (s *segmentReader) Read(p []byte) (int, error) {
	for {
		if s.at == nil {
			if len(s.left) == 0 {
				return 0, io.EOF
			}
			next := s.left[0]
			if s.left = s.left[1:]; next.file == nil {
				s.at = io.NopCloser(bytes.NewReader(next.text))
			} else {
				opened, err := next.file.Open()
				if err != nil {
					return 0, err
				}
				s.at = opened
			}
		}
		n, err := s.at.Read(p)
		if !errors.Is(err, io.EOF) {
			return n, err
		}
		err = s.Close()
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// Close implements io.Closer.
func (s *segmentReader) Close() error {
	if s.at == nil {
		return nil
	}
	err := s.at.Close()
	s.at = nil
	return err
}
