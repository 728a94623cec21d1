package rest

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/httpcall"
	"github.com/weftgraph/weft/datasources/rest/stream"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// streamer is a fetcher whose requests are answered by streams of replies.
type streamer struct{ *fetcher }

var _ datasources.Streamer = streamer{}

// Do implements datasources.Fetcher.
func (streamer) Do(context.Context, *datasources.Request) (*datasources.Reply, error) {
	return nil, datasources.StreamOnly()
}

// Stream implements datasources.Streamer.
func (f streamer) Stream(ctx context.Context, r *datasources.Request) (datasources.Stream, error) {
	ctx, cancel := context.WithCancel(ctx)
	s := &openStream{streamer: f, request: r, ctx: ctx, cancel: cancel}
	if err := s.connect(ctx); err != nil {
		cancel()
		return nil, err
	}
	return s, nil
}

// openStream is a stream that has begun.
type openStream struct {
	streamer
	request *datasources.Request
	ctx     context.Context //nolint:containedctx // a stream lives as long as its context, which its connections have
	cancel  context.CancelFunc

	// messages are those of the connection that is read now, nil when there is nothing more to come. header is that of every reply.
	messages stream.Reader
	header   http.Header
	// lastID is what the server knows the last event by; empty when it cannot take the stream up again.
	lastID string
	retry  retry
	// endLast ends the context of the last connection; nil for the first one, which has the stream's.
	endLast context.CancelFunc

	mu       sync.Mutex // guards incoming, which Close closes
	incoming *httpcall.Incoming
	isClosed bool
}

var _ datasources.Stream = (*openStream)(nil)

// Next implements datasources.Stream.
func (s *openStream) Next(ctx context.Context) (*datasources.Reply, error) {
	// What is waited for is a read, which ends with the connection.
	defer context.AfterFunc(ctx, s.cancel)()
	for s.messages != nil {
		message, err := s.messages.Next()
		s.note()
		switch {
		case err == nil:
			s.retry.reset()
			return &datasources.Reply{Status: s.incoming.Status, Header: s.header, Body: message, Start: time.Now()}, nil
		case errors.Is(err, io.EOF):
			s.Close()
			return nil, io.EOF
		case errors.Is(err, stream.ErrTooLarge):
			s.Close()
			return nil, httpcall.TooLarge(s.incoming.Status)
		case !s.resume(ctx):
			broken := s.incoming.Failure(s.ctx, err) //nolint:contextcheck // the stream has a life of its own
			s.Close()
			return nil, broken
		}
	}
	s.Close()
	return nil, io.EOF
}

// Close implements datasources.Stream.
func (s *openStream) Close() {
	s.cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.isClosed = true
	if s.incoming != nil {
		s.incoming.Close()
	}
}

// connect opens a connection to read from, which lives as long as ctx.
func (s *openStream) connect(ctx context.Context) error {
	incoming, err := s.source.client.Open(ctx, s.asked())
	if err != nil {
		return err
	}
	s.mu.Lock()
	if s.incoming != nil {
		s.incoming.Close()
	}
	s.incoming = incoming
	if s.isClosed {
		incoming.Close()
	}
	s.mu.Unlock()
	if s.messages, err = s.accept(ctx, incoming); err != nil {
		incoming.Close()
	}
	return err
}

// asked is the request, with the event to go on behind.
func (s *openStream) asked() *datasources.Request {
	if s.lastID == "" {
		return s.request
	}
	again := *s.request
	again.Header = s.request.Header.Clone()
	again.Header["Last-Event-Id"] = []string{s.lastID}
	again.Fixed = nil
	return &again
}

// accept judges the head of a reply: it has to be one of success, and its content that of a stream. One that is neither fails as any reply
// does. A 204 is a stream in which nothing happens (WHATWG HTML, 9.2.3).
func (s *openStream) accept(ctx context.Context, incoming *httpcall.Incoming) (stream.Reader, error) {
	if incoming.Status == http.StatusNoContent {
		return nil, nil //nolint:nilnil // there are no messages
	}
	if incoming.Status < 200 || incoming.Status > 299 {
		return nil, s.refused(ctx, incoming)
	}
	media, _, err := mime.ParseMediaType(incoming.Header.Get(contentType))
	if err != nil {
		return nil, httpcall.InvalidReply(incoming.Status, errNoStream)
	}
	messages := stream.NewReader(media, incoming, int(s.source.client.MaxReply))
	if messages == nil {
		return nil, httpcall.InvalidReply(incoming.Status, errNoStream)
	}
	s.header = incoming.Header.Clone()
	s.header[contentType] = []string{typeJSON}
	delete(s.header, "Content-Length") // it is not that of a message
	return messages, nil
}

// errNoStream is for the log.
var errNoStream = errors.New("the reply is not of a content type of a stream")

// refused is the error of a reply with a status that means failure, worded by the mapping `errors`.
func (s *openStream) refused(ctx context.Context, incoming *httpcall.Incoming) error {
	reply, err := incoming.Whole(ctx, s.source.client.MaxReply)
	if err != nil {
		return err
	}
	var env mapping.Env
	s.vars.BindReply(&env, reply)
	content, err := (&body{reply: reply, speaksXML: s.connector.HTTP.SpeaksXML}).content()
	if err != nil {
		content = value.Null() // what the failure is, the status says
	}
	return s.judge.Failure(content, &env, httpcall.StatusExtensions(reply.Status))
}

// note remembers what the server says about taking the stream up again.
func (s *openStream) note() {
	events, areEvents := s.messages.(*stream.Events)
	if !areEvents {
		return
	}
	if id, isGiven := events.LastID(); isGiven {
		s.lastID = id
		if strings.ContainsAny(id, "\r\n") || len(id) > maxEventID {
			s.lastID = ""
		}
	}
	s.retry.ask(events.Retry())
}

// maxEventID bounds the ids that are sent back.
const maxEventID = 4 << 10
