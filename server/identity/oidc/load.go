package oidc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	discovery "github.com/coreos/go-oidc/v3/oidc"

	"github.com/weftgraph/weft/datasources"
)

const (
	// maxReply bounds what an issuer answers (bytes).
	maxReply = 256 << 10
	// maxMetadataAge is how long it is believed where an issuer has its keys.
	maxMetadataAge = time.Hour
	// wellKnown is where issuers have their discovery documents (OpenID Connect Discovery 1.0, section 4).
	wellKnown = "/.well-known/openid-configuration"
	// Bounds of how long keys are fresh by Cache-Control, and what holds without it.
	minFresh     = time.Minute
	defaultFresh = 5 * time.Minute
	maxFresh     = time.Hour
)

// client makes the requests to one issuer. It is safe for concurrent use.
type client struct{ http *http.Client }

// client returns a client that keeps at most so many connections for the next request.
func (t *Tasks) client(c Connection, idle int) *client {
	transport := t.transport
	if network, ok := http.DefaultTransport.(*http.Transport); ok && transport == nil {
		network = network.Clone()
		network.TLSClientConfig = datasources.TLS{Authorities: c.Authorities}.Config()
		network.DisableKeepAlives, network.MaxIdleConnsPerHost = idle == 0, idle
		network.MaxResponseHeaderBytes = 64 << 10
		transport = network
	}
	return &client{&http.Client{
		Transport: boundedReplies{transport, c.Header},
		Timeout:   c.Timeout,
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			return fmt.Errorf("it leads to %s: redirects are not followed, set the address that they lead to", r.URL.Redacted())
		},
	}}
}

// boundedReplies adds a header to requests, and makes replies that are too long fail.
type boundedReplies struct {
	next   http.RoundTripper
	header http.Header
}

// CloseIdleConnections is what http.Client asks for.
func (b boundedReplies) CloseIdleConnections() {
	if t, ok := b.next.(*http.Transport); ok {
		t.CloseIdleConnections()
	}
}

// RoundTrip implements http.RoundTripper.
func (b boundedReplies) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for name, values := range b.header {
		r.Header[name] = values
	}
	reply, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	reply.Body = &boundedBody{reply.Body, maxReply}
	return reply, nil
}

// boundedBody fails after some bytes.
type boundedBody struct {
	io.ReadCloser

	left int
}

var errTooLong = fmt.Errorf("the reply has more than %d bytes", maxReply)

// Read implements io.Reader.
func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, errTooLong
	}
	return n, err
}

// metadata is what discovery tells of an issuer.
type metadata struct {
	Issuer        string   `json:"issuer"`
	KeysURL       string   `json:"jwks_uri"`
	Introspection string   `json:"introspection_endpoint"`
	Algorithms    []string `json:"id_token_signing_alg_values_supported"`
}

// discover reads the discovery document of an issuer, which has to say that it is of this issuer.
func (c *client) discover(ctx context.Context, issuer, address string) (metadata, error) {
	base := issuer
	if address != "" {
		base = strings.TrimSuffix(address, wellKnown)
	}
	// Its own check of the name takes the address for the name.
	ctx = discovery.InsecureIssuerURLContext(discovery.ClientContext(ctx, c.http), issuer)
	provider, err := discovery.NewProvider(ctx, base)
	if err != nil {
		return metadata{}, fmt.Errorf("discovery at %s: %w", strings.TrimSuffix(base, "/")+wellKnown, withoutAddress(err))
	}
	var m metadata
	if err := provider.Claims(&m); err != nil {
		return metadata{}, fmt.Errorf("discovery: %w", err)
	}
	if m.Issuer != issuer {
		return metadata{}, fmt.Errorf("discovery: the document is that of the issuer %q, not of %q; its tokens have this name, to the letter",
			m.Issuer, issuer)
	}
	return m, nil
}

// withoutAddress takes away what the HTTP client has put around an error: the address, which is told anyway.
func withoutAddress(err error) error {
	var about *url.Error
	if errors.As(err, &about) {
		return about.Err
	}
	return err
}

// get reads a document.
func (c *client) get(ctx context.Context, address string) ([]byte, http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Accept", "application/jwk-set+json, application/json")
	reply, err := c.http.Do(request)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", address, withoutAddress(err))
	}
	defer func() { _ = reply.Body.Close() }() // what was read counts
	text, err := io.ReadAll(reply.Body)
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("%s: %w", address, err)
	case reply.StatusCode != http.StatusOK:
		return nil, nil, fmt.Errorf("%s: the status is %s", address, reply.Status)
	}
	return text, reply.Header, nil
}

// loader loads the keys of one issuer. Only one goroutine uses it at a time.
type loader struct {
	issuer *Issuer
	client *client
	now    func() time.Time
	// found is what discovery has told at a time.
	found   metadata
	foundAt time.Time
}

// load returns the keys that the issuer has now, and why some of them cannot be used.
func (l *loader) load(ctx context.Context) (*keySet, []error, error) {
	at := l.now()
	if err := l.locate(ctx, at); err != nil {
		return nil, nil, err
	}
	text, header, err := l.read(ctx)
	if err != nil {
		l.foundAt = time.Time{} // they may have moved
		return nil, nil, fmt.Errorf("keys: %w", err)
	}
	keys, left, err := parseKeys(text)
	if err != nil {
		l.foundAt = time.Time{}
		return nil, nil, fmt.Errorf("keys at %s: %w", l.found.KeysURL, err)
	}
	if len(keys) == 0 {
		return nil, left, fmt.Errorf("keys at %s: the set has none that can check signatures", l.found.KeysURL)
	}
	set := &keySet{keys: keys, algorithms: l.issuer.Algorithms, loaded: at}
	if len(set.algorithms) == 0 {
		set.algorithms = asymmetric(l.found.Algorithms)
	}
	set.fresh = at.Add(cmp.Or(l.issuer.PollInterval, freshness(header)))
	return set, left, nil
}

// locate finds out where the keys are.
func (l *loader) locate(ctx context.Context, now time.Time) error {
	if l.issuer.KeysURL != "" {
		l.found.KeysURL = l.issuer.KeysURL
		return nil
	}
	if !l.foundAt.IsZero() && now.Sub(l.foundAt) < maxMetadataAge {
		return nil
	}
	found, err := l.client.discover(ctx, l.issuer.Name(), l.issuer.DiscoveryURL)
	if err != nil {
		return err
	}
	if found.KeysURL == "" {
		return errors.New(`discovery: the document has no "jwks_uri": the issuer does not say where its keys are`)
	}
	l.found, l.foundAt = found, now
	return nil
}

// read reads the key set.
func (l *loader) read(ctx context.Context) ([]byte, http.Header, error) {
	address, err := url.Parse(l.found.KeysURL)
	switch {
	case err != nil:
		return nil, nil, err
	case address.Scheme == "https", address.Scheme == "http":
		return l.client.get(ctx, l.found.KeysURL)
	case address.Scheme == "file" && l.issuer.KeysURL != "": // an issuer does not choose files of this machine
		file, err := os.Open(address.Path)
		if err != nil {
			return nil, nil, err
		}
		defer func() { _ = file.Close() }() // it was read only
		text, err := io.ReadAll(&boundedBody{file, maxReply})
		return text, nil, err
	default:
		return nil, nil, fmt.Errorf("the address %q is neither https nor http", shortened(l.found.KeysURL, maxQuoted))
	}
}

// freshness is how long a reply says that it holds (RFC 9111, section 5.2.2), within bounds: keys that were taken out have to go, and no
// issuer is asked for each token.
func freshness(header http.Header) time.Duration {
	directives := strings.FieldsFunc(strings.ToLower(strings.Join(header["Cache-Control"], ",")), func(r rune) bool { return r == ',' || r == ' ' })
	if slices.Contains(directives, "no-store") || slices.Contains(directives, "no-cache") {
		return minFresh
	}
	for _, d := range directives {
		if text, ok := strings.CutPrefix(d, "max-age="); ok {
			seconds, err := strconv.ParseInt(strings.Trim(text, `"`), 10, 32)
			if err != nil {
				break
			}
			return min(max(time.Duration(seconds)*time.Second, minFresh), maxFresh)
		}
	}
	return defaultFresh
}
