package grpc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/value"
)

// listNumber is the number of the one field of a list of messages.
const listNumber protowire.Number = 1

// listOf returns the type of a reply that is the messages of a stream: a message with the one field `repeated m`, whose value is that
// of the field. So a stream is read in the same way as a list in a message.
func listOf(m *message) *message {
	f := &field{number: listNumber, kind: protoreflect.MessageKind, name: "message", jsonName: "message", isList: true, message: m}
	return &message{name: "stream of " + m.name, form: formMessages, fields: []*field{f}, byName: map[string]*field{}}
}

// row is what a list of messages consists of, and the message itself otherwise.
func (m *message) row() *message {
	if m.form == formMessages {
		return m.fields[0].message
	}
	return m
}

// encodeList writes an array as a list of messages. The error is a *misfit.
func (c *contract) encodeList(list *message, v value.Value) ([]byte, error) {
	if v.Kind() != value.KindArray {
		return nil, wanted("a list of messages", v)
	}
	var body []byte
	for i, elem := range v.Elems() {
		content, err := c.encodeMessage(list.row(), elem)
		if err != nil {
			var wrong *misfit
			if errors.As(err, &wrong) {
				return nil, wrong.below(fmt.Sprintf("[%d]", i))
			}
			return nil, err
		}
		body = protowire.AppendBytes(protowire.AppendTag(body, listNumber, protowire.BytesType), content)
	}
	return body, nil
}

// collector is a fetcher of a method that answers with a stream, whose reply is the list of all messages.
type collector struct{ *fetcher }

var _ datasources.Fetcher = collector{}

// Do implements datasources.Fetcher. It is a reply when the server has ended the stream: a list is whole or not at all.
func (f collector) Do(ctx context.Context, r *datasources.Request) (*datasources.Reply, error) {
	start := time.Now()
	s, err := f.source.stream(ctx, r, listCodec{})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	reply, err := s.collect(r.MaxMessages)
	if err != nil {
		return nil, err
	}
	reply.Start, reply.Duration = start, time.Since(start)
	return reply, nil
}

// collect reads the stream to its end.
func (s *openStream) collect(maxMessages int) (*datasources.Reply, error) {
	var list messageList
	for n := 0; ; n++ {
		err := s.stream.RecvMsg(&list)
		switch {
		case errors.Is(err, io.EOF):
			s.readHeader()
			return &datasources.Reply{
				Status: int(codes.OK), Header: s.header, Trailer: headerOf(s.stream.Trailer()), Body: list,
			}, nil
		case err != nil:
			return s.end(err)
		case n == maxMessages:
			return nil, beyond("stream_messages", "The server sent more messages than the limit allows.",
				fmt.Errorf("the stream has more than %d messages", maxMessages))
		case int64(len(list)) > s.connection.maxReply:
			return nil, beyond("reply_bytes", tooMuch, fmt.Errorf("the stream has more than %d bytes", s.connection.maxReply))
		}
	}
}

// messageList is a list of messages as it grows.
type messageList []byte

// listCodec is a rawCodec that appends replies to a *messageList, so that a message costs no memory of its own.
type listCodec struct{ rawCodec }

// Unmarshal implements encoding.CodecV2.
func (c listCodec) Unmarshal(data mem.BufferSlice, v any) error {
	list, ok := v.(*messageList)
	if !ok {
		return c.rawCodec.Unmarshal(data, v)
	}
	body := protowire.AppendVarint(protowire.AppendTag(*list, listNumber, protowire.BytesType), uint64(data.Len()))
	for _, part := range data {
		body = append(body, part.ReadOnlyData()...)
	}
	*list = body
	return nil
}
