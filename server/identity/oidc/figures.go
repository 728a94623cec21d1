package oidc

import (
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"net"
	"net/url"
	"sync/atomic"
	"time"
)

// Outcome is what has become of a token.
type Outcome uint8

// The outcomes. Of tokens that were not valid it is not told apart whether they are forged, not known, or no tokens at all.
const (
	Taken Outcome = iota
	Invalid
	Expired
	Early
	Foreign
	Bound
	Several
	Unchecked

	// Outcomes is how many there are.
	Outcomes
)

// String returns the outcome in words.
func (o Outcome) String() string {
	return [...]string{
		"taken", "not valid", "expired", "not valid yet", "for another service", "bound to another client", "one of several", "not checked",
	}[o]
}

// Figures are what has become of tokens. They are those of a moment, and nobody else's.
type Figures struct {
	// Issuers are those whose keys are known, Endpoints those who are asked, both in the order of the settings.
	Issuers, Endpoints []Figure
	// Others count the requests whose tokens were nobody's.
	Others map[Outcome]int64
}

// Figure is what has become of the tokens of one issuer, since it stands in the settings as it does.
type Figure struct {
	// Name is what it is called, without what could be secret of an address.
	Name string
	// Outcomes count requests. Those that are not in it have not happened.
	Outcomes map[Outcome]int64
	// Calls is how often its keys were loaded, or an endpoint was asked about a token, and Failures how many of these have failed.
	Calls, Failures int64
	// Keys is how many keys it has, Loaded when they were loaded, or when an endpoint has answered for the last time; zero if that was never.
	Keys   int
	Loaded time.Time
	// Failed is when the last attempt has failed, and Failure why, in words that tell no address and no answer. Both are zero if the last
	// attempt has not failed.
	Failed  time.Time
	Failure string
}

// Figures returns what has become of tokens.
func (t *Tokens) Figures() Figures {
	f := Figures{Others: t.counts.all()}
	for _, i := range t.issuers {
		f.Issuers = append(f.Issuers, i.figure())
	}
	for _, e := range t.endpoints {
		f.Endpoints = append(f.Endpoints, e.figure())
	}
	return f
}

func (i *issuer) figure() Figure {
	f := Figure{Name: discreet(i.Name()), Outcomes: i.counts.all()}
	if set := i.keys.current.Load(); set != nil {
		f.Keys, f.Loaded = len(set.keys), set.loaded
	}
	i.keys.mu.Lock()
	defer i.keys.mu.Unlock()
	f.Calls, f.Failures = i.keys.loads, i.keys.badLoads
	if i.keys.failure != nil {
		f.Failed, f.Failure = i.keys.failed, wordsOf(i.keys.failure)
	}
	return f
}

func (e *endpoint) figure() Figure {
	f := Figure{Name: discreet(e.Name()), Outcomes: e.counts.all()}
	e.mu.Lock()
	defer e.mu.Unlock()
	f.Calls, f.Failures = e.calls, e.failures
	f.Loaded, f.Failed, f.Failure = e.answered, e.failed, e.failure
	return f
}

// discreet is an address without what may be a secret in it. Other names stay as they are.
func discreet(name string) string {
	u, err := url.Parse(name)
	if err != nil || u.Host == "" || u.User == nil && u.RawQuery == "" && u.Fragment == "" {
		return name
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// counts count outcomes. They are safe for concurrent use.
type counts [Outcomes]atomic.Int64

// add counts a token that was refused for a reason, or was taken without one.
func (c *counts) add(why *reason) { c[outcomeOf(why)].Add(1) }

func (c *counts) all() map[Outcome]int64 {
	all := map[Outcome]int64{}
	for o := range Outcomes {
		if n := c[o].Load(); n > 0 {
			all[o] = n
		}
	}
	return all
}

func outcomeOf(why *reason) Outcome {
	switch {
	case why == nil:
		return Taken
	case why.unavailable:
		return Unchecked
	case why.isMalformed:
		return Several
	}
	switch why.message {
	case messageExpired:
		return Expired
	case messageEarly:
		return Early
	case messageForeign:
		return Foreign
	case messageHolder, messageProof, messageBound:
		return Bound
	default:
		return Invalid
	}
}

// wordsOf say why an issuer could not be asked. The error itself has addresses, and may repeat what came from one.
func wordsOf(err error) string {
	var network net.Error
	var untrusted *tls.CertificateVerificationError
	var file *fs.PathError
	switch {
	case errors.As(err, &untrusted):
		return "its certificate is not trusted"
	case errors.As(err, &file):
		return "its file cannot be read"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "it does not answer in time"
	case errors.As(err, &network):
		return "it is not to be reached"
	case errors.Is(err, errNotKnownHere):
		return "it does not know Weft"
	default:
		return "its answer cannot be used"
	}
}
