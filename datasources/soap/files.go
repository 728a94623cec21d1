package soap

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/graph/diag"
)

// reader returns the reader of the contract's files and the location of the first one.
func (s *source) reader() (contract.Reader, string) {
	if isURL(s.soap.WSDL) {
		return newFetcherOfFiles(s), s.soap.WSDL
	}
	return localFiles{s.soap.Files}, path.Clean(s.soap.WSDL)
}

func isURL(location string) bool {
	return strings.HasPrefix(location, "http://") || strings.HasPrefix(location, "https://")
}

// adviseAddress tells who names a service in place of its WSDL where that is. The first file's errors that belong to no line, or to its
// first element, are about what is there.
func adviseAddress(found diag.List, location, shown string) {
	if !isURL(location) || strings.Contains(strings.ToLower(location), "wsdl") {
		return
	}
	for i := range found {
		if found[i].Span.File == shown && found[i].Span.Line <= 1 {
			found[i].Notes = append(found[i].Notes, diag.Note{Message: "many servers give a service's WSDL at its address with ?wsdl behind it"})
			return
		}
	}
}

// localFiles reads contracts that stand next to the document. Nothing is ever fetched.
type localFiles struct{ files datasources.Files }

var _ contract.Reader = localFiles{}

// Read implements contract.Reader.
func (f localFiles) Read(_ context.Context, location string) ([]byte, error) {
	return f.files.Read(location)
}

// Resolve implements contract.Reader. Of what stands at a URL a copy is taken that has the name of the file and stands next to the one that
// refers to it: so nobody has to change contracts.
func (f localFiles) Resolve(base, reference string) (string, error) {
	if u, err := url.Parse(reference); err == nil && len(u.Scheme) > 1 {
		name := path.Base(u.Path)
		if u.RawQuery != "" {
			name += "?" + u.RawQuery // as tools that fetch files name them
		}
		beside := path.Join(path.Dir(base), name)
		if name == "." || name == "/" {
			return "", fmt.Errorf("%q is not fetched: put a copy next to the WSDL, and its path here", reference)
		}
		if _, err := f.files.Read(beside); err != nil {
			return "", fmt.Errorf("%q is not fetched: put a copy at %s, or anywhere and its path here", reference, f.files.Locate(beside))
		}
		return beside, nil
	}
	// Tools on Windows write its separators, and some escape blanks.
	file := strings.ReplaceAll(reference, `\`, "/")
	if unescaped, err := url.PathUnescape(file); err == nil {
		file = unescaped
	}
	if path.IsAbs(file) {
		return path.Clean(file), nil
	}
	return path.Join(path.Dir(base), file), nil
}

// Show implements contract.Reader.
func (f localFiles) Show(location string) string { return f.files.Locate(location) }
