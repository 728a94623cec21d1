package soap

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/graph/mapping"
)

// fetchedFiles reads contracts over HTTP, within the limits of calls. The source's headers go along, as far as no client's
// request is needed for them, but to no other host than the WSDL's.
type fetchedFiles struct {
	source  *source
	origin  string
	headers httpcall.Headers
}

var _ contract.Reader = (*fetchedFiles)(nil)

func newFetcherOfFiles(s *source) *fetchedFiles {
	var own []datasources.Header
	for _, h := range s.soap.HTTPHeaders {
		if h.From == "" && !h.Value.Uses(mapping.Request).Used && !h.Value.Uses(mapping.Context).Used {
			own = append(own, h)
		}
	}
	return &fetchedFiles{
		source:  s,
		origin:  httpcall.SplitAddress(s.soap.WSDL).Origin,
		headers: httpcall.NewHeaders(nil, own),
	}
}

// Read implements contract.Reader.
func (f *fetchedFiles) Read(ctx context.Context, location string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, f.source.settings.CallTimeout())
	defer cancel()
	header := http.Header{}
	if httpcall.SplitAddress(location).Origin == f.origin {
		env := f.source.environment()
		header = f.headers.Build(env)
		f.source.settings.HeaderRules.Apply(header, datasources.HTTPHeaders(), env)
	}
	httpcall.SetDefaults(header)
	reply, err := f.source.client.Do(ctx, &datasources.Request{Method: http.MethodGet, URL: location, Header: header})
	var failed *datasources.Error
	switch {
	case errors.As(err, &failed):
		return nil, fmt.Errorf("cannot be fetched: %s", failed.Message)
	case err != nil:
		return nil, fmt.Errorf("cannot be fetched: %w", err)
	case reply.Status == http.StatusOK:
		return reply.Body, nil
	case reply.Status >= 300 && reply.Status < 400:
		return nil, fmt.Errorf("cannot be fetched: the server answers with status %d, and redirects are not followed", reply.Status)
	default:
		return nil, fmt.Errorf("cannot be fetched: the server answers with status %d", reply.Status)
	}
}

// Resolve implements contract.Reader.
func (f *fetchedFiles) Resolve(base, reference string) (string, error) {
	from, err := url.Parse(base)
	if err != nil {
		return "", fmt.Errorf("%q is no URL", base)
	}
	to, err := from.Parse(reference)
	if err != nil || !isURL(to.String()) {
		return "", fmt.Errorf("%q is no reference to a file that can be fetched", reference)
	}
	to.Fragment = ""
	return to.String(), nil
}

// Show implements contract.Reader. Neither the user nor the values of parameters are shown, which may be secret; their names, such as in
// "?wsdl", tell which file it is.
func (f *fetchedFiles) Show(location string) string {
	u, err := url.Parse(location)
	if err != nil {
		return "the WSDL's URL"
	}
	u.User = nil
	parameters := strings.Split(u.RawQuery, "&")
	for i, p := range parameters {
		if name, _, hasValue := strings.Cut(p, "="); hasValue {
			parameters[i] = name + "=xxxxx"
		}
	}
	u.RawQuery = strings.Join(parameters, "&")
	return u.String()
}
