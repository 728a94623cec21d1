package shop

import (
	"context"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// interceptStream is intercept for methods that answer with a stream.
func (s *Service) interceptStream(server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if strings.HasPrefix(info.FullMethod, "/grpc.") || !info.IsServerStream {
		return next(server, stream) // a unary method nobody has comes here, too, and logs itself
	}
	logged := &loggedStream{ServerStream: stream, service: s, method: info.FullMethod}
	err := next(server, logged)
	logged.conclude(err)
	return err
}

// loggedStream is the stream of one call, which begins when its request has been read.
type loggedStream struct {
	grpc.ServerStream

	service *Service
	method  string
	call    callID
	fault   Fault
	// isBegun tells that the call gets an answer, and isAnswered that this has begun.
	isBegun, isAnswered bool
	// held is a message that is sent if another one follows.
	held any
}

// RecvMsg implements grpc.ServerStream. Its error is that of a call that gets no answer.
func (l *loggedStream) RecvMsg(m any) error {
	err := l.ServerStream.RecvMsg(m)
	if err != nil {
		return err
	}
	l.call, l.fault, err = l.service.beginCall(l.Context(), l.method, keysOf(m))
	if err != nil {
		return err
	}
	l.isBegun = true
	return l.fault.refusal()
}

// SendMsg implements grpc.ServerStream.
func (l *loggedStream) SendMsg(m any) error {
	l.answered()
	if l.fault.Damage == WrongCount {
		if m, l.held = l.held, m; m == nil {
			return nil
		}
	}
	damaged, err := l.fault.applyToMessage(func() (any, error) { return m, nil })
	if err != nil {
		return err
	}
	if err := l.ServerStream.SendMsg(damaged); err != nil || l.fault.Damage != Cut {
		return err
	}
	return cutCall(l.Context())
}

// answered logs that the answer begins.
func (l *loggedStream) answered() {
	if !l.isAnswered {
		l.isAnswered = true
		l.service.calls.end(l.call, answeredStatus, "")
	}
}

// conclude logs the status of a call that got an answer.
func (l *loggedStream) conclude(err error) {
	if l.isBegun {
		l.answered()
		l.service.calls.conclude(l.call, codeName(status.Code(err)))
	}
}

// cutCall closes the connection of a call and returns the status that nobody gets to see.
func cutCall(ctx context.Context) error {
	closeConn(ctx)
	return status.Error(codes.Unavailable, "the connection is closed")
}

// rest is what a stream does between two messages. The error is the status of a
// stream that ends here, because the client or the service is gone, or all streams
// are cut.
func (s *Service) rest(ctx context.Context, cut <-chan struct{}, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-cut:
		return cutCall(ctx)
	case <-s.closed:
		return status.Error(codes.Unavailable, errClosed.Error())
	case <-ctx.Done():
		return status.FromContextError(ctx.Err()).Err()
	}
}
