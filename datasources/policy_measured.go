package datasources

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/weftgraph/weft/datasources/traffic"
)

// measured measures calls from when they are sent until their reply is read.
type measured struct{}

// around implements policy.
func (measured) around(next send, m *meter) send {
	if m.connector == nil {
		return next
	}
	return func(ctx context.Context, r *Request) (*Reply, error) {
		start := m.connector.Begin()
		reply, err := next(ctx, r)
		if err != nil {
			m.connector.Fail(start, failed(ctx, err))
		} else {
			m.connector.Reply(reply.Start, reply.Duration, len(reply.Body))
		}
		return reply, err
	}
}

// meter tells what becomes of the calls of one connector. It does nothing without one: virtual connectors make no calls.
type meter struct{ connector *traffic.Connector }

func (m *meter) waits() traffic.Moment {
	if m.connector == nil {
		return 0
	}
	return m.connector.Wait()
}

func (m *meter) proceeds(start traffic.Moment) {
	if m.connector != nil {
		m.connector.Proceed(start)
	}
}

func (m *meter) gaveUp(ctx context.Context, start traffic.Moment, err error) {
	if m.connector != nil {
		m.connector.GiveUp(start, failed(ctx, err))
	}
}

// shares tells that another call's reply is waited for.
func (m *meter) shares() {
	if m.connector != nil {
		m.connector.Share()
	}
}

// refused tells that a limit of ours kept a call from being sent.
func (m *meter) refused(err error) {
	if m.connector != nil {
		m.connector.Refuse(codeOf(err))
	}
}

// begins tells that a stream is opened, which is a call until it is there: then replied or failed follows.
func (m *meter) begins() traffic.Moment {
	if m.connector == nil {
		return 0
	}
	return m.connector.Begin()
}

func (m *meter) replied(start time.Time, took time.Duration, bytes int) {
	if m.connector != nil {
		m.connector.Reply(start, took, bytes)
	}
}

func (m *meter) failed(ctx context.Context, start traffic.Moment, err error) {
	if m.connector != nil {
		m.connector.Fail(start, failed(ctx, err))
	}
}

// event tells that a stream has brought a reply. It is judged like any other.
func (m *meter) event(bytes int) {
	if m.connector != nil {
		m.connector.Event(bytes)
	}
}

// broke tells that a stream came to no good end.
func (m *meter) broke(ctx context.Context, err error) {
	if m.connector != nil && ctx.Err() == nil {
		m.connector.Break(codeOf(err))
	}
}

// judged tells what a reply was found to mean. A shared one is judged by who made the call.
func (m *meter) judged(r *Reply, err error) {
	if m.connector == nil || r == nil || r.Shared {
		return
	}
	at := r.Start.Add(r.Duration)
	if err == nil || isNotFound(err) {
		m.connector.Accept(at)
		return
	}
	m.connector.Reject(at, codeOf(err), isFault(err, r.Status))
}

// failed says how a call ended that gave no reply.
func failed(ctx context.Context, err error) traffic.Failed {
	// Only whoever asked can cancel the context; the limits of ours are deadlines.
	return traffic.Failed{Code: codeOf(err), Canceled: errors.Is(ctx.Err(), context.Canceled)}
}

func codeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// isNotFound tells that there is no such thing, which is an answer like any other.
func isNotFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.NotFound
}

// isFault tells whether a reply that is no success shows that the source does not work. One that refuses a request for what
// the request is, by a 4xx status or by what the mappings make of its content, shows that it does.
func isFault(err error, status int) bool {
	var e *Error
	switch {
	case !errors.As(err, &e), e.Code == CodeResponseInvalid, e.Code == CodeInternal:
		return true
	case blamesClient(e.Extensions.Get("soap").Get("faultcode").Text()):
		return false // SOAP sends every Fault with the status 500
	default:
		return isFaultStatus(status)
	}
}

// blamesClient tells whether a SOAP faultcode says that the request is to blame: "soap:Client", or what SOAP 1.1 lets services
// make of it, "Client.Authentication".
func blamesClient(faultcode string) bool {
	_, local, hasPrefix := strings.Cut(faultcode, ":")
	if !hasPrefix {
		local = faultcode
	}
	class, _, _ := strings.Cut(local, ".")
	return class == "Client"
}

// isFaultStatus judges an HTTP status, or the code of a gRPC status: these are below 100.
func isFaultStatus(status int) bool {
	if status >= http.StatusContinue {
		return status >= http.StatusInternalServerError || status == http.StatusTooManyRequests
	}
	switch codes.Code(status) {
	case codes.Unknown, codes.DeadlineExceeded, codes.ResourceExhausted, codes.Unimplemented, codes.Internal, codes.Unavailable,
		codes.DataLoss:
		return true
	default:
		return false
	}
}
