package soap

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/graph/mapping"
)

// Limits of contracts that are fetched, besides those of package contract.
const (
	// maxFetchTime bounds the fetching of all files together; each of them has the time of a call.
	maxFetchTime = 2 * time.Minute
	// maxRedirects bounds how often a server may send us elsewhere for one file.
	maxRedirects = 5
)

// fetchedFiles reads contracts over HTTP, within the limits of calls. The source's headers go along, as far as no client's
// request is needed for them. Nothing is fetched from another host than the WSDL's, so that a contract cannot make the gateway ask
// others. It is used by one goroutine.
type fetchedFiles struct {
	source *source
	// wsdl is the URL of the WSDL.
	wsdl    *url.URL
	headers httpcall.Headers
	// moved says where files were found to which a server has redirected: what they refer to is relative to there (RFC 3986, 5.1.3).
	moved map[string]string
	until time.Time
}

var _ contract.Reader = (*fetchedFiles)(nil)

func newFetcherOfFiles(s *source) *fetchedFiles {
	var own []datasources.Header
	for _, h := range s.soap.HTTPHeaders {
		if h.From == "" && !h.Value.Uses(mapping.Request).Used && !h.Value.Uses(mapping.Context).Used {
			own = append(own, h)
		}
	}
	wsdl, err := url.Parse(s.soap.WSDL)
	if err != nil {
		wsdl = &url.URL{} // reading it says what is wrong
	}
	return &fetchedFiles{
		source:  s,
		wsdl:    wsdl,
		headers: httpcall.NewHeaders(nil, own),
		moved:   map[string]string{},
		until:   time.Now().Add(maxFetchTime),
	}
}

// Read implements contract.Reader.
func (f *fetchedFiles) Read(ctx context.Context, location string) ([]byte, error) {
	ctx, cancel := context.WithDeadline(ctx, f.until)
	defer cancel()
	at := location
	for range maxRedirects + 1 {
		reply, err := f.get(ctx, at)
		if err != nil {
			return nil, err
		}
		next, isElsewhere := "", false
		if reply.Status >= 300 && reply.Status < 400 {
			next, isElsewhere = reply.Header.Get("Location"), true
		}
		switch {
		case reply.Status == http.StatusOK:
			f.moved[location] = at
			return reply.Body, nil
		case !isElsewhere || next == "":
			return nil, fmt.Errorf("cannot be fetched: the server answers with status %d%s", reply.Status, advice(reply.Status))
		}
		if at, err = f.resolve(at, next); err != nil {
			return nil, fmt.Errorf("cannot be fetched: the server answers with status %d, and redirects to where nothing is fetched: %w", reply.Status, err)
		}
	}
	return nil, fmt.Errorf("cannot be fetched: the server redirects more than %d times", maxRedirects)
}

// get makes one request.
func (f *fetchedFiles) get(ctx context.Context, location string) (*datasources.Reply, error) {
	ctx, cancel := context.WithTimeout(ctx, f.source.settings.CallTimeout())
	defer cancel()
	env := f.source.environment()
	header := f.headers.Build(env)
	f.source.settings.HeaderRules.Apply(header, datasources.HTTPHeaders(), env)
	httpcall.SetDefaults(header)
	reply, err := f.source.client.Do(ctx, &datasources.Request{Method: http.MethodGet, URL: location, Header: header})
	var failed *datasources.Error
	switch {
	case errors.As(err, &failed):
		return nil, fmt.Errorf("cannot be fetched: %s", failed.Message)
	case err != nil:
		return nil, fmt.Errorf("cannot be fetched: %w", err)
	}
	return reply, nil
}

// advice says what to change about a status.
func advice(status int) string {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return ": it wants credentials, or others than the source's httpHeaders give"
	case http.StatusNotFound, http.StatusGone:
		return ": there is no such file"
	default:
		return ""
	}
}

// Resolve implements contract.Reader.
func (f *fetchedFiles) Resolve(base, reference string) (string, error) {
	if at := f.moved[base]; at != "" {
		base = at
	}
	return f.resolve(base, reference)
}

// resolve is the URL of a reference, unless nothing is fetched from there.
func (f *fetchedFiles) resolve(base, reference string) (string, error) {
	from, err := url.Parse(base)
	if err != nil {
		return "", fmt.Errorf("%q is no URL", base)
	}
	to, err := from.Parse(reference)
	if err != nil || !isURL(to.String()) {
		return "", fmt.Errorf("%q is no reference to a file that can be fetched", reference)
	}
	to.Fragment = ""
	if to.Scheme == "http" && f.wsdl.Scheme == "https" && to.Port() == "" && f.wsdl.Port() == "" {
		// Behind something that ends TLS, servers do not know what they are called.
		to.Scheme = "https"
	}
	if to.Scheme != f.wsdl.Scheme || !strings.EqualFold(to.Hostname(), f.wsdl.Hostname()) || portOf(to) != portOf(f.wsdl) {
		to.User = nil
		return "", fmt.Errorf("%q is not on the host of the WSDL, and nothing is fetched from others: "+
			"put copies of the contract's files next to the document, and name the WSDL's", f.Show(to.String()))
	}
	to.User = f.wsdl.User
	return to.String(), nil
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	default:
		return "80"
	}
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
