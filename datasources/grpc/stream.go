package grpc

import (
	"context"
	"errors"
	"io"
	"time"

	gogrpc "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/weftgraph/weft/datasources"
)

// streamer is a fetcher of a method that answers with a stream.
type streamer struct{ *fetcher }

var _ datasources.Streamer = streamer{}

// Do implements datasources.Fetcher.
func (streamer) Do(context.Context, *datasources.Request) (*datasources.Reply, error) {
	return nil, datasources.StreamOnly()
}

// Stream implements datasources.Streamer. The stream is there when the request has been sent: a server says nothing before its first message,
// which may be a long time. Its refusal is an event that has failed.
func (f streamer) Stream(ctx context.Context, r *datasources.Request) (datasources.Stream, error) {
	return f.source.stream(withEndless(ctx), r, rawCodec{})
}

// stream sends a request that is answered by a stream, whose messages the codec takes in. Every error is an *Error.
func (s *source) stream(ctx context.Context, r *datasources.Request, codec encoding.CodecV2) (*openStream, error) {
	if s.connection == nil {
		return nil, cannotBuild(errNoGRPC)
	}
	opened := &openStream{connection: s.connection}
	ctx, opened.cancel = context.WithCancel(ctx)
	opened.ctx = ctx
	if len(r.Header) > 0 {
		ctx = metadata.NewOutgoingContext(ctx, metadata.MD(r.Header))
	}
	if err := opened.begin(context.WithValue(ctx, trailerKey{}, &opened.watched), r, codec); err != nil {
		opened.cancel()
		return nil, err
	}
	return opened, nil
}

// openStream is a stream whose request has been sent.
type openStream struct {
	connection *connection
	stream     gogrpc.ClientStream
	ctx        context.Context //nolint:containedctx // it is the stream's, and tells why that has ended
	cancel     context.CancelFunc
	watched    trailerSeen
	header     map[string][]string
	// isOver tells that there is nothing more to come.
	isOver bool
}

var _ datasources.Stream = (*openStream)(nil)

func (s *openStream) begin(ctx context.Context, r *datasources.Request, codec encoding.CodecV2) error {
	stream, err := s.connection.conn.NewStream(ctx, &gogrpc.StreamDesc{ServerStreams: true}, r.URL, gogrpc.ForceCodecV2(codec))
	if err == nil {
		err = errors.Join(ignoreEnd(stream.SendMsg(r.Body)), stream.CloseSend())
	}
	if err != nil {
		st := status.Convert(err)
		if failed := s.connection.failure(ctx, st, false); failed != nil {
			return failed
		}
		return noReply(notGRPC, err)
	}
	s.stream = stream
	return nil
}

// ignoreEnd leaves out the error of sending to a stream that has ended: receiving tells why.
func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// Next implements datasources.Stream. The status that ends a stream is a reply, too, unless it is OK.
func (s *openStream) Next(ctx context.Context) (*datasources.Reply, error) {
	if s.isOver {
		return nil, io.EOF
	}
	defer context.AfterFunc(ctx, s.cancel)()
	var body []byte
	err := s.stream.RecvMsg(&body)
	if err == nil {
		s.readHeader()
		return &datasources.Reply{Status: int(codes.OK), Header: s.header, Body: body, Start: time.Now()}, nil
	}
	s.isOver = true
	defer s.cancel()
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	return s.end(err)
}

// readHeader reads the header, which has come: a message has, or the end of the stream.
func (s *openStream) readHeader() {
	if s.header == nil {
		header, _ := s.stream.Header()
		s.header = headerOf(header)
	}
}

// end is the reply, or the failure, that a stream ends with.
func (s *openStream) end(err error) (*datasources.Reply, error) {
	st := status.Convert(err)
	if failed := s.connection.failure(s.ctx, st, s.watched.Load()); failed != nil {
		return nil, failed
	}
	body, failed := statusBody(st)
	if failed != nil {
		return nil, failed
	}
	s.readHeader()
	return &datasources.Reply{
		Status: int(st.Code()), Header: s.header, Trailer: headerOf(s.stream.Trailer()), Body: body, Start: time.Now(),
	}, nil
}

// Close implements datasources.Stream.
func (s *openStream) Close() { s.cancel() }
