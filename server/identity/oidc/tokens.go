package oidc

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/identity"
)

// Tokens finds out who asks by bearer tokens. It is safe for concurrent use.
type Tokens struct {
	sources       []Source
	ignoresOthers bool
	isLenient     bool
	realm         string
	now           func() time.Time

	// issuers are those who sign; byName finds them by the claim `iss`, and others are those for tokens whose issuer is not in it.
	issuers []*issuer
	byName  map[string][]*issuer
	others  []*issuer
	// endpoints are asked about the tokens of nobody of these.
	endpoints []*endpoint

	known     *remembered
	questions *questions
	// counts are those of tokens that are nobody's.
	counts counts
}

var (
	_ identity.Identifier = (*Tokens)(nil)
	_ identity.Challenger = (*Tokens)(nil)
)

// New returns an identifier by some settings. Its tasks run in those that are given. It has the keys of issuers that before, which may be
// nil, has with the same settings, and remembers none of the tokens that before has checked.
func New(s *Settings, tasks *Tasks, before *Tokens) (*Tokens, error) {
	return newTokens(s, tasks, before, time.Now)
}

func newTokens(s *Settings, tasks *Tasks, before *Tokens, now func() time.Time) (*Tokens, error) {
	known, err := newRemembered()
	if err != nil {
		return nil, err
	}
	t := &Tokens{
		sources: normal(s.Sources), ignoresOthers: s.IgnoreOtherPrefixes, isLenient: s.Lenient, realm: cmp.Or(s.Realm, DefaultRealm), now: now,
		byName: map[string][]*issuer{}, known: known, questions: newQuestions(tasks, known),
	}
	for _, settings := range s.Issuers {
		i := before.issuer(&settings)
		if i == nil {
			i = &issuer{Issuer: settings.withDefaults()}
			i.given = settings
			i.keys = newKeys(&i.Issuer, tasks, now)
		}
		t.issuers = append(t.issuers, i)
		for _, name := range settings.Names {
			t.byName[name] = append(t.byName[name], i)
		}
		if len(settings.Names) == 0 {
			t.others = append(t.others, i)
		}
	}
	for _, settings := range s.Introspection {
		e := before.endpoint(&settings)
		if e == nil {
			e = newEndpoint(settings, tasks, now)
		}
		t.endpoints = append(t.endpoints, e)
	}
	return t, nil
}

// endpoint returns the endpoint with some settings, or nil.
func (t *Tokens) endpoint(s *Introspection) *endpoint {
	if t == nil {
		return nil
	}
	if i := slices.IndexFunc(t.endpoints, func(e *endpoint) bool { return e.given.Equal(s) }); i >= 0 {
		return t.endpoints[i]
	}
	return nil
}

// Close lets go of connections that are kept for the next request, but for those that the Tokens after it have, too; next may be nil. Requests
// that are being answered may go on with it.
func (t *Tokens) Close(next *Tokens) {
	for _, e := range t.endpoints {
		if next == nil || !slices.Contains(next.endpoints, e) {
			e.client.http.CloseIdleConnections()
		}
	}
}

// issuer returns the issuer with some settings, or nil.
func (t *Tokens) issuer(s *Issuer) *issuer {
	if t == nil {
		return nil
	}
	if i := slices.IndexFunc(t.issuers, func(i *issuer) bool { return i.given.Equal(s) }); i >= 0 {
		return t.issuers[i]
	}
	return nil
}

// Start has the keys of all issuers loaded that have none yet, in the background. The log gets what goes wrong with that, and later.
func (t *Tokens) Start(log *zap.Logger) {
	for _, i := range t.issuers {
		i.keys.start(log)
	}
	for _, e := range t.endpoints {
		e.log.Store(log)
	}
}

// Challenge implements identity.Challenger.
func (t *Tokens) Challenge() string { return `Bearer realm="` + t.realm + `"` }

// Identify implements identity.Identifier.
func (t *Tokens) Identify(ctx context.Context, shown identity.Credentials) (*caller.Caller, error) {
	text, why := t.shown(shown.Header)
	if why == nil && text == "" {
		return nil, nil //nolint:nilnil // the contract of Identifier: anonymous
	}
	var known *checked
	if why == nil {
		known, why = t.check(ctx, shown.Client, text)
	}
	if why == nil {
		why = known.holder.check(shown.TLS)
	}
	t.countOf(known, why).add(why)
	switch {
	case why == nil:
		return known.who, nil
	case t.isLenient:
		return nil, nil //nolint:nilnil // likewise
	default:
		return nil, t.refused(why)
	}
}

// countOf returns where a token counts.
func (t *Tokens) countOf(c *checked, why *reason) *counts {
	switch {
	case c != nil:
		return c.of
	case why.of != nil:
		return why.of
	default:
		return &t.counts
	}
}

// check returns what is known of a token that is good, whoever shows it.
func (t *Tokens) check(ctx context.Context, client netip.Addr, text string) (*checked, *reason) {
	if why := checkText(text); why != nil {
		return nil, why
	}
	now, key := t.now(), sha256.Sum256([]byte(text))
	if c, why := t.known.find(ctx, key, now); c != nil || why != nil {
		return c, why
	}
	return t.checkNew(ctx, client, text, key, now)
}

// checkNew checks a token of which nothing is known. One that is signed by an issuer whose keys are to be had is checked by them, and its
// issuer is not asked; every other one is asked about.
func (t *Tokens) checkNew(ctx context.Context, client netip.Addr, text string, key digest, now time.Time) (*checked, *reason) {
	endpoints := t.endpoints
	if !isOpaque(text) {
		parsed, why := parseToken(text)
		if why != nil {
			return nil, why
		}
		candidates := t.byName[parsed.issuer]
		if len(candidates) == 0 {
			candidates = t.others
		}
		if len(candidates) > 0 {
			c, why := checkSigned(ctx, parsed, candidates, now)
			if why == nil {
				t.known.good.Set(key, c)
			}
			return c, why
		}
		if endpoints = ofIssuer(endpoints, parsed.issuer); len(endpoints) == 0 {
			return nil, t.strange(parsed.issuer)
		}
	}
	if len(endpoints) == 0 {
		return nil, bad("the token is no signed one, and nobody is to be asked about it")
	}
	return t.ask(ctx, endpoints, text, &asker{client: client, key: key, now: now})
}

// ask asks endpoints about a token, together with whoever does it at the same time.
func (t *Tokens) ask(ctx context.Context, endpoints []*endpoint, text string, a *asker) (*checked, *reason) {
	a.ask = func(ctx context.Context) (*checked, *reason, time.Time) {
		c, why := ask(ctx, endpoints, text)
		if why == nil || why.unavailable {
			return c, why, time.Time{}
		}
		return nil, why, t.now().Add(endpoints[0].NegativeTTL)
	}
	q, err := t.questions.begin(ctx, a)
	if err != nil {
		return nil, endpoints[0].unavailable(err)
	}
	select {
	case <-q.done:
		return q.answer, q.why
	case <-ctx.Done():
		return nil, endpoints[0].unavailable(fmt.Errorf("asking %s: %w", endpoints[0].Name(), ctx.Err()))
	}
}

// strange says that the tokens of an issuer are not taken, and whose are: names that differ in a slash are a common mistake.
func (t *Tokens) strange(issuer string) *reason {
	known := slices.Collect(maps.Keys(t.byName))
	for _, e := range t.endpoints {
		if e.Issuer != "" {
			known = append(known, e.Issuer)
		}
	}
	slices.Sort(known)
	names := fmt.Sprintf("%q", slices.Compact(known))
	return bad("tokens of the issuer %q are not taken, only those of %s", shortened(issuer, maxQuoted), shortened(names, maxCause))
}

// checkSigned has the issuers check a token of theirs. An issuer may stand in the settings several times: then the token is refused if all
// of them say so.
func checkSigned(ctx context.Context, parsed *token, candidates []*issuer, now time.Time) (*checked, *reason) {
	var refused *reason
	for _, i := range candidates {
		c, why := i.check(ctx, parsed, now)
		if why == nil {
			return c, nil
		}
		if refused == nil || !refused.unavailable {
			refused = why
			refused.of = &i.counts
		}
	}
	return nil, refused
}
