package oidc

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/value"
)

// maxAsking bounds the requests to an endpoint at the same time.
const maxAsking = 64

// endpoint is who is asked about tokens. It is safe for concurrent use.
type endpoint struct {
	Introspection

	// given are the settings without the defaults.
	given  Introspection
	client *client
	now    func() time.Time
	log    atomic.Pointer[zap.Logger]
	// asking has a place for each request.
	asking chan struct{}

	mu sync.Mutex
	// address is where to ask by discovery, locatedAt when that was found out.
	address   string
	locatedAt time.Time
	// answered is when a question had an answer for the last time. If the last one had none, failed is when that was, and failure tells why.
	answered, failed time.Time
	failure          string
	// calls counts the questions that are over, failures those of them that had no answer.
	calls, failures int64

	counts counts
}

func newEndpoint(s Introspection, tasks *Tasks, now func() time.Time) *endpoint {
	e := &endpoint{
		Introspection: s.withDefaults(), given: s, now: now, asking: make(chan struct{}, maxAsking),
	}
	e.client = tasks.client(e.Connection, maxAsking)
	e.log.Store(zap.NewNop())
	return e
}

// ofIssuer returns the endpoints that may be told a token of an issuer: those that say that they are the issuer's, or otherwise those that
// do not say whose they are. Nobody else has to see it, since whoever sees a token can use it. One that does not name its issuer may be
// anybody's, as opaque ones are.
func ofIssuer(endpoints []*endpoint, issuer string) []*endpoint {
	if issuer == "" {
		return endpoints
	}
	var own, open []*endpoint
	for _, e := range endpoints {
		switch e.Issuer {
		case issuer:
			own = append(own, e)
		case "":
			open = append(open, e)
		}
	}
	if own != nil {
		return own
	}
	return open
}

// ask asks endpoints one after the other until one knows the token.
func ask(ctx context.Context, endpoints []*endpoint, text string) (*checked, *reason) {
	var refused *reason
	for _, e := range endpoints {
		c, why := e.answer(ctx, text)
		if why == nil {
			return c, nil
		}
		if refused == nil || !refused.unavailable {
			refused = why
			refused.of = &e.counts
		}
	}
	return nil, refused
}

// unavailable is for a token that nobody waits for an answer about.
func (e *endpoint) unavailable(err error) *reason {
	why := unavailable(0, err)
	why.of = &e.counts
	return why
}

// answer asks, within the time for that.
func (e *endpoint) answer(ctx context.Context, text string) (*checked, *reason) {
	ctx, cancel := context.WithTimeout(ctx, e.Connection.Timeout)
	defer cancel()
	select {
	case e.asking <- struct{}{}:
		defer func() { <-e.asking }()
	case <-ctx.Done():
		return nil, unavailable(0, fmt.Errorf("asking %s: %w", e.Name(), ctx.Err()))
	}
	claims, err := e.introspect(ctx, text)
	if garbled, is := errors.AsType[garbledError](err); is {
		e.tell(nil)
		return nil, bad("the answer of %s: %w", e.Name(), garbled)
	}
	e.tell(err)
	if err != nil {
		return nil, unavailable(0, fmt.Errorf("asking %s: %w", e.Name(), err))
	}
	return e.read(claims, len(text))
}

// tell logs that the endpoint does not answer, or does so again.
func (e *endpoint) tell(err error) {
	e.mu.Lock()
	changed := (e.failure != "") != (err != nil)
	e.calls++
	if err != nil {
		e.failures++
		e.failed, e.failure = e.now(), wordsOf(err)
	} else {
		e.answered, e.failed, e.failure = e.now(), time.Time{}, ""
	}
	e.mu.Unlock()
	name := zap.String("endpoint", e.Name())
	switch {
	case !changed:
	case err != nil:
		e.log.Load().Warn("tokens cannot be asked about", name, zap.String("problem", shortened(err.Error(), maxCause)))
	default:
		e.log.Load().Info("tokens can be asked about again", name)
	}
}

// read makes of an answer whose token it is (RFC 7662, section 2.2); size is what the token has in bytes.
func (e *endpoint) read(claims value.Value, size int) (*checked, *reason) {
	now := e.now()
	if active := claims.Get("active"); active.Kind() != value.KindBool || !active.AsBool() {
		return nil, bad("%s says that the token is not active", e.Name())
	}
	valid, why := timesOf(claims)
	if why != nil {
		return nil, why
	}
	if why := valid.check(now, e.ClockSkew); why != nil {
		return nil, why
	}
	if why := checkAudience(claims, e.Audiences); why != nil {
		return nil, why
	}
	issuer, why := stringClaim(claims, "iss")
	if why != nil {
		return nil, why
	}
	if e.Issuer != "" && issuer != "" && issuer != e.Issuer {
		return nil, bad("%s says that the token is of the issuer %q", e.Name(), shortened(issuer, maxQuoted))
	}
	subject, why := subjectOf(claims, e.SubjectClaim)
	if why != nil && e.given.SubjectClaim == "" {
		subject, why = subjectOf(claims, "client_id") // a client that has the token for itself
	}
	if why != nil {
		return nil, why
	}
	holder, why := confirmationOf(claims)
	if why != nil {
		return nil, why
	}
	scopes := e.ScopesClaim
	if scopes == "" {
		scopes = "scope"
	}
	until, expires := now.Add(e.PositiveTTL), time.Time{}
	if !valid.until.IsZero() {
		if expires = valid.until.Add(e.ClockSkew); expires.Before(until) {
			until = expires
		}
	}
	return &checked{size: size, until: until, holder: holder, of: &e.counts, who: caller.New(caller.Identity{
		Method: caller.Introspection, Issuer: e.Name(), Subject: subject, Scopes: scopesOf(claims, scopes), Claims: claims, Expires: expires,
	})}, nil
}

var errNoEndpoint = errors.New(`discovery: the document has no "introspection_endpoint": set "endpoint"`)

// locate returns where to ask.
func (e *endpoint) locate(ctx context.Context) (string, error) {
	if e.Endpoint != "" {
		return e.Endpoint, nil
	}
	e.mu.Lock()
	address, at := e.address, e.locatedAt
	e.mu.Unlock()
	if address != "" && e.now().Sub(at) < maxMetadataAge {
		return address, nil
	}
	found, err := e.client.discover(ctx, e.Issuer, "")
	switch {
	case err != nil && address != "":
		return address, nil // it has been there before
	case err != nil:
		return "", err
	case found.Introspection == "":
		return "", errNoEndpoint
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.address, e.locatedAt = found.Introspection, e.now()
	return e.address, nil
}
