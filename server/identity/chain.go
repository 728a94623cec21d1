package identity

import (
	"context"
	"strings"

	"github.com/weftgraph/weft/graph/caller"
)

// Chain asks several identifiers, each of which knows one kind of credentials. All credentials that a request shows have to be good: who
// shows bad ones is refused, whatever else there is. Of several that are good the first identifier's say who the caller is.
//
// It is immutable and safe for concurrent use if its identifiers are.
type Chain struct {
	// Identifiers are in their order: what names a person stands before what names a program.
	Identifiers []Identifier
	// Required refuses callers that show no credentials.
	Required bool
}

var _ Identifier = Chain{}

// Challenger is an Identifier that can say how to show the credentials that it knows.
type Challenger interface {
	// Challenge is the value of WWW-Authenticate for those who have shown none (RFC 9110, section 11.6.1), such as `Bearer realm="weft"`.
	Challenge() string
}

// anonymousChallenge is for chains none of whose credentials have a scheme. A 401 has a challenge (RFC 9110, section 15.5.2).
const anonymousChallenge = "Bearer"

// Identify implements Identifier.
func (c Chain) Identify(ctx context.Context, shown Credentials) (*caller.Caller, error) {
	var who *caller.Caller
	for _, i := range c.Identifiers {
		found, err := i.Identify(ctx, shown)
		if err != nil {
			return nil, err
		}
		if who.IsAnonymous() {
			who = found
		}
	}
	if c.Required && who.IsAnonymous() {
		return nil, &Refused{Message: "The request shows no credentials, which are required.", Challenge: c.challenge()}
	}
	return who, nil
}

// challenge is what those are asked for who have shown nothing. Nothing is said of an error, since there was none (RFC 6750, section 3.1).
func (c Chain) challenge() string {
	var all []string
	for _, i := range c.Identifiers {
		if asks, ok := i.(Challenger); ok {
			all = append(all, asks.Challenge())
		}
	}
	if len(all) == 0 {
		return anonymousChallenge
	}
	return strings.Join(all, ", ")
}
