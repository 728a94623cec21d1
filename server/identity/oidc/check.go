package oidc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"time"
)

// Entry is an entry of settings: an issuer, or an endpoint of introspection, by its number among them.
type Entry struct {
	IsEndpoint bool
	Number     int
}

// Problem is what is wrong with an entry, or a risk.
type Problem struct {
	Entry Entry
	Err   error
}

// Check says what is wrong with settings, and what is a risk, without asking anybody.
func (s *Settings) Check() (wrong, risks []Problem) {
	seen := map[string]bool{}
	for n := range s.Issuers {
		found, feared := s.Issuers[n].check(seen)
		wrong, risks = append(wrong, problemsOf(Entry{Number: n}, found)...), append(risks, problemsOf(Entry{Number: n}, feared)...)
	}
	for n := range s.Introspection {
		found, feared := s.Introspection[n].check()
		at := Entry{IsEndpoint: true, Number: n}
		wrong, risks = append(wrong, problemsOf(at, found)...), append(risks, problemsOf(at, feared)...)
	}
	return wrong, risks
}

func problemsOf(e Entry, errs []error) []Problem {
	out := make([]Problem, len(errs))
	for i, err := range errs {
		out[i] = Problem{e, err}
	}
	return out
}

// check is Check for one issuer. The names that were seen are those of others before it.
func (i *Issuer) check(seen map[string]bool) (wrong, risks []error) {
	at := func(problem string) error { return fmt.Errorf("issuer %q: %s", i.Name(), problem) }
	if i.KeysURL == "" && i.DiscoveryURL == "" && !isWeb(i.Name()) {
		wrong = append(wrong, at("its discovery document is below its name, which is no http or https address: set discovery_url or jwks_url"))
	}
	for _, name := range i.Names {
		if seen[name] && i.KeysURL == "" {
			wrong = append(wrong, at("it is there twice: what it may be is told at one place, such as all its audiences"))
		}
		seen[name] = true
	}
	if len(i.Audiences) == 0 {
		risks = append(risks, at("without audiences its tokens for any other service are taken, too"))
	}
	if len(i.Names) == 0 {
		risks = append(risks, at("without issuers its tokens may have any \"iss\" that no other entry has"))
	}
	if isPlain(cmp.Or(i.DiscoveryURL, i.KeysURL, i.Name())) {
		risks = append(risks, at("keys that come by http from another machine can be exchanged on the way"))
	}
	return wrong, risks
}

// check is Check for one endpoint.
func (i *Introspection) check() (wrong, risks []error) {
	switch {
	case i.Name() == "":
		wrong = append(wrong, errors.New(`authentication.introspection: an entry needs "issuer" or "endpoint"`))
	case isPlain(cmp.Or(i.Endpoint, i.Issuer)):
		risks = append(risks, fmt.Errorf("introspection at %q: tokens and the secret go by http to another machine, and can be read on the way", i.Name()))
	}
	return wrong, risks
}

func isWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// isPlain tells that an address is one of another machine, and not encrypted.
func isPlain(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback())
}

// CheckOnline asks every issuer and endpoint, and says what is wrong with them.
func (s *Settings) CheckOnline(ctx context.Context) (wrong []Problem) {
	tasks := NewTasks()
	defer tasks.Close()
	for n, given := range s.Issuers {
		i := given.withDefaults()
		l := loader{issuer: &i, client: tasks.client(i.Connection, 0), now: time.Now}
		if _, left, err := l.load(ctx); err != nil {
			err = fmt.Errorf("issuer %q: %w", i.Name(), errors.Join(append([]error{shortError(err)}, left...)...))
			wrong = append(wrong, Problem{Entry{Number: n}, err})
		}
	}
	for n, given := range s.Introspection {
		e := newEndpoint(given, tasks, time.Now)
		if _, err := e.introspect(ctx, "weft-check"); err != nil {
			wrong = append(wrong, Problem{Entry{IsEndpoint: true, Number: n}, fmt.Errorf("introspection at %q: %w", e.Name(), shortError(err))})
		}
		e.client.http.CloseIdleConnections()
	}
	return wrong
}

// shortError bounds the text of an error, which may repeat a whole page.
func shortError(err error) error {
	if text := err.Error(); len(text) > maxCause {
		return errors.New(shortened(text, maxCause))
	}
	return err
}
