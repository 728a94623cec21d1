package sdl

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/datasources"
)

// maxSourceName bounds the names of sources.
const maxSourceName = 64

// readSource is one `@source`, or what stands for the one that a connector lacks.
type readSource struct {
	name    string
	implied bool
	// settings lack Env, which depends on the connectors, too.
	settings datasources.Settings
	texts    []readText
	position *ast.Position
	// isBroken tells that a part of it could not be read: even where the error is allowed, the graph does not have the source.
	isBroken bool
}

// readSources reads the document's sources.
func (b *builder) readSources(d *document) {
	d.sourceByID = map[string]*readSource{}
	for _, s := range d.syntax.schemas {
		for _, applied := range d.applications(s.Directives, d.connectLink.url.identity, "source") {
			b.readSource(d, applied)
		}
	}
}

func (b *builder) readSource(d *document, applied *ast.Directive) {
	s := &readSource{position: applied.Position}
	name := argument(applied, "name")
	b.checkSourceName(name)
	if isString(name) {
		// A name that cannot be one is still what connectors mean by it.
		s.name, s.position = name.Raw, name.Position
	}
	switch first := d.sourceByID[s.name]; {
	case s.name == "":
	case first != nil:
		s.isBroken = true
		b.errorf(codeDuplicateSource, name.Position, "source %q is defined twice", s.name)
		b.note("first defined here", b.at(first.position))
	default:
		d.sourceByID[s.name] = s
	}
	r := &textReader{builder: b, d: d}
	s.settings = datasources.Settings{Name: d.Name + "." + s.name}
	b.readSourceKind(d, applied, s, r)
	s.settings.IsSuccess = r.gives(aBoolean, r.mapping(argument(applied, "isSuccess"), codeIsSuccess, phaseReply))
	errors := argument(applied, "errors")
	s.settings.ErrorsMessage = r.gives(aString, r.mapping(child(errors, "message"), codeErrorsMessage, phaseReply))
	s.settings.ErrorsExtensions = r.gives(anObject, r.mapping(child(errors, "extensions"), codeErrorsMessage, phaseReply))
	s.texts = r.read
	r.checkSourceTexts()
	s.isBroken = s.isBroken || r.isBroken || r.cannotRun || s.name == "" || !s.isComplete()
	d.sources = append(d.sources, s)
}

// readSourceKind reads what the source is: `http`, `grpc` or `soap`.
func (b *builder) readSourceKind(d *document, applied *ast.Directive, s *readSource, r *textReader) {
	http, grpc, soap := argument(applied, "http"), argument(applied, "grpc"), argument(applied, "soap")
	if d.Dialect == Weft {
		switch count := countSet(http, grpc, soap); {
		case count == 0:
			b.errorf(codeGraphQL, applied.Position, "a source needs one of http, grpc and soap")
		case count > 1:
			b.errorf(codeGraphQL, applied.Position, "a source has only one of http, grpc and soap")
		}
	}
	switch {
	case http != nil:
		s.settings.Kind = datasources.HTTP
		s.settings.HTTP = &datasources.HTTPSource{
			BaseURL: r.baseURL(child(http, "baseURL")),
			Headers: r.headers(child(http, "headers")),
		}
		s.settings.HTTP.Path, s.settings.HTTP.QueryParams = r.urlProperties(http)
	case d.Dialect != Weft:
	case grpc != nil:
		s.settings.Kind, s.settings.GRPC = datasources.GRPC, r.grpcSource(grpc)
	case soap != nil:
		s.settings.Kind, s.settings.SOAP = datasources.SOAP, r.soapSource(soap)
	}
}

// isComplete tells whether the source has what no source of its kind can do without. What is missing has been reported.
func (s *readSource) isComplete() bool {
	switch {
	case s.settings.HTTP != nil:
		return s.settings.HTTP.BaseURL != nil
	case s.settings.GRPC != nil:
		return s.settings.GRPC.Address != nil
	case s.settings.SOAP != nil:
		return s.settings.SOAP.WSDL != ""
	default:
		return false
	}
}

func countSet(values ...*ast.Value) int {
	n := 0
	for _, v := range values {
		if v != nil {
			n++
		}
	}
	return n
}

// checkSourceName reports a name that cannot be one. A missing name is reported by the check of the arguments.
func (b *builder) checkSourceName(name *ast.Value) {
	switch {
	case name == nil:
	case !isString(name):
		b.errorf(codeSourceName, name.Position, "the name of a source is a string, found %s", describe(name))
	case name.Raw == "":
		b.errorf(codeEmptySourceName, name.Position, "the name of a source cannot be empty")
	case !isSourceName(name.Raw):
		b.errorf(codeSourceName, name.Position, "%q is no name of a source: an ASCII letter comes first, then letters, digits, _ and -", name.Raw)
	case len(name.Raw) > maxSourceName:
		b.errorf(codeSourceName, name.Position, "the name of a source has at most %d characters", maxSourceName)
	}
}

func isSourceName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if letter := c|0x20 >= 'a' && c|0x20 <= 'z'; !letter && (i == 0 || !isDigit(c) && c != '_' && c != '-') {
			return false
		}
	}
	return true
}
