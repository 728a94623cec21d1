package shop

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fault is one way for the service to misbehave. The zero value is none.
type Fault struct {
	// Status, if not 0, replaces the status. Without Damage it also replaces
	// the answer, and the request has no effect: REST answers with an error
	// body of code FAULT, SOAP with a Fault, gRPC with the code that
	// corresponds to the status (503 is UNAVAILABLE). From 200 to 599.
	Status int
	// Damage is what happens to the answer.
	Damage Damage
	// Bytes is the least size of a [Huge] answer; 0 means 32 MiB.
	Bytes int64
	// Delay is waited before the answer, on top of the service's latency.
	Delay time.Duration
	// Times is how many requests are affected before the fault goes away by
	// itself; 0 means all until it is replaced.
	Times int
}

// Damage names what a [Fault] does to an answer. Where it says "true answer",
// the request is carried out first, so a damaged POST has had its effect.
type Damage string

// The kinds of damage. Answers by gRPC are damaged in the same spirit; where the
// protocol leaves no choice, the comment tells what happens there. Each message of
// a stream by gRPC is an answer, and the stream is a list of them.
const (
	// Refuse closes the connection without reading or answering.
	Refuse Damage = "refuse"
	// Cut sends half of the true answer and closes the connection. By gRPC the
	// headers are sent and no message, and the first message of a stream.
	Cut Damage = "cut"
	// Hang never answers; it ends when the client goes away or the service
	// is closed.
	Hang Damage = "hang"
	// Garbage sends bytes that are no JSON, XML or message, labelled as such.
	Garbage Damage = "garbage"
	// HTML sends an error page of type text/html, as proxies do. By gRPC it is
	// UNAVAILABLE, which is what clients make of such a page.
	HTML Damage = "html"
	// HalfDocument sends a complete answer with half of the true document.
	HalfDocument Damage = "half-document"
	// WrongType sends the true answer with every number turned into a string
	// and every string into a number. SOAP sends "?" for every text.
	WrongType Damage = "wrong-type"
	// WrongCount sends the true answer without the last row of the list.
	WrongCount Damage = "wrong-count"
	// InvalidUTF8 sends the true answer with a byte in every string value
	// that is not UTF-8.
	InvalidUTF8 Damage = "invalid-utf8"
	// Huge sends white space before the true answer: valid, but at least as
	// long as Fault.Bytes says. By gRPC an unknown field takes the room.
	Huge Damage = "huge"
	// Empty sends the true status and type with no body.
	Empty Damage = "empty"
)

// damages lists the kinds in the order of their documentation.
func damages() []Damage {
	return []Damage{Refuse, Cut, Hang, Garbage, HTML, HalfDocument, WrongType, WrongCount, InvalidUTF8, Huge, Empty}
}

// SetFault switches a fault on for a target, in place of the target's previous
// one; the zero Fault switches it off. A target is either a route as openapi.yaml
// spells it ("GET /users/{id}", "POST /reviews") or the beginning of a path in
// whole segments ("/users" covers /users and /users/7, "/" everything). The path
// of a gRPC method is "/shipping.v1.Shipping/GetShipment", and that of a SOAP
// operation "/billing/GetInvoice". Of several that fit a request, a route goes
// before a path and a longer path before a shorter one. The error says what is
// wrong with the arguments.
func (s *Service) SetFault(target string, f Fault) error {
	if err := checkTarget(target); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	s.faults.set(target, f)
	return nil
}

// ClearFaults switches all faults off. Back ends that were stopped stay so.
func (s *Service) ClearFaults() { s.faults.clear() }

func checkTarget(target string) error {
	path := target
	if method, rest, isRoute := strings.Cut(target, " "); isRoute && method == strings.ToUpper(method) {
		path = rest
	}
	if !strings.HasPrefix(path, "/") {
		return fmt.Errorf(`expected a target like "/users" or "GET /users/{id}" but got %q`, target)
	}
	return nil
}

func (f Fault) check() error {
	const lowest, highest = 200, 599 // others mean something to net/http
	switch {
	case f.Status != 0 && (f.Status < lowest || f.Status > highest):
		return fmt.Errorf("expected a status from %d to %d but got %d", lowest, highest, f.Status)
	case f.Damage != "" && !slices.Contains(damages(), f.Damage):
		return fmt.Errorf("expected one of %q but got %q", damages(), f.Damage)
	case f.Bytes < 0 || f.Delay < 0 || f.Times < 0:
		return fmt.Errorf("bytes, delay and times of a fault cannot be negative: %+v", f)
	}
	return nil
}

// faultTable holds the faults by target. The zero value is empty.
type faultTable struct {
	mu       sync.Mutex
	byTarget map[string]Fault
}

func (t *faultTable) set(target string, f Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f == (Fault{}) {
		delete(t.byTarget, target)
		return
	}
	if t.byTarget == nil {
		t.byTarget = make(map[string]Fault)
	}
	t.byTarget[target] = f
}

func (t *faultTable) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.byTarget)
}

// take returns the fault for a request, the zero Fault if there is none, and
// counts it.
func (t *faultTable) take(route, path string) Fault {
	t.mu.Lock()
	defer t.mu.Unlock()
	target, ok := t.match(route, path)
	if !ok {
		return Fault{}
	}
	f := t.byTarget[target]
	switch f.Times {
	case 0: // stays
	case 1:
		delete(t.byTarget, target)
	default:
		rest := f
		rest.Times--
		t.byTarget[target] = rest
	}
	return f
}

// match finds the target that fits best; the caller holds mu.
func (t *faultTable) match(route, path string) (string, bool) {
	if _, ok := t.byTarget[route]; ok {
		return route, true
	}
	best, found := "", false
	for target := range t.byTarget {
		if covers(target, path) && (!found || len(target) > len(best)) {
			best, found = target, true
		}
	}
	return best, found
}

// covers reports whether path begins with prefix in whole segments.
func covers(prefix, path string) bool {
	rest, ok := strings.CutPrefix(path, prefix)
	return ok && (rest == "" || rest[0] == '/' || strings.HasSuffix(prefix, "/"))
}
