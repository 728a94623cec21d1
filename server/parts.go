package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/execute"
)

// What stands around the parts of a message (RFC 2046, 5.1.1). Clients take a part for complete when they see the boundary behind it, so
// that this is sent along with it.
const (
	partBoundary = "\r\n---\r\n"
	partEnd      = "\r\n-----\r\n"
	partHeader   = "Content-Type: application/json; charset=utf-8\r\n\r\n"
)

// answerParts answers a run that has parts, each as soon as it is there. An answer that turns out to have one part is as any other.
func (o *operations) answerParts(w http.ResponseWriter, r *http.Request, run *graph.Run, request *reading, mediaType string) {
	ctx, cancel := context.WithDeadline(r.Context(), request.query.Started.Add(o.timeout))
	defer cancel()
	part, err := run.Next(ctx)
	if err != nil {
		o.log.Error("first part", zap.Error(err)) // unreachable: every run has one
		o.answerRefusal(w, mediaType, refuse(http.StatusInternalServerError, codeInternal, "Internal server error"))
		return
	}
	if !part.HasNext {
		o.presentPart(part)
		a := &graph.Answer{Data: part.Data, Errors: part.Errors, Extensions: run.Explanation(part)}
		o.answer(w, mediaType, statusOf(o.profile, mediaType, a), a)
		return
	}
	if refused := request.record.begins(run, true); refused != nil {
		o.answerUnaudited(w, mediaType, refused)
		return
	}
	p := newPartWriter(w, request.parts.format, o.partTimeout)
	for err == nil {
		// Whoever has gone away misses nothing.
		if r.Context().Err() != nil {
			return
		}
		if o.presentPart(part) {
			p.hasErrors()
		}
		request.record.part(part)
		if !part.HasNext && request.record.keep(r.Context(), http.StatusOK) != nil {
			return // the answer has no end, from which clients see that it is not whole
		}
		err = p.write(part, run.Explanation(part))
		if request.record.sent(err); err != nil || !part.HasNext {
			return
		}
		part, err = run.Next(ctx)
	}
	if !errors.Is(err, io.EOF) {
		o.log.Error("next part", zap.Error(err)) // unreachable: the context is heeded by the parts themselves
	}
}

// presentPart logs the errors of a part, hides what clients may not see of them, and tells whether there are any.
func (o *operations) presentPart(part *execute.Part) bool {
	o.logCauses(part.Errors)
	part.Errors = o.redact(part.Errors)
	hasErrors := len(part.Errors) > 0
	for i := range part.Patches {
		p := &part.Patches[i]
		o.logCauses(p.Errors)
		p.Errors = o.redact(p.Errors)
		hasErrors = hasErrors || len(p.Errors) > 0
	}
	for i := range part.Completed {
		c := &part.Completed[i]
		o.logCauses(c.Errors)
		c.Errors = o.redact(c.Errors)
		hasErrors = hasErrors || len(c.Errors) > 0
	}
	return hasErrors
}

// partWriter writes the parts of one answer.
type partWriter struct {
	writer  http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	format  partFormat
	text    partText
	// hasBegun tells that the header is on its way.
	hasBegun bool
}

func newPartWriter(w http.ResponseWriter, format partFormat, timeout time.Duration) *partWriter {
	return &partWriter{writer: w, control: http.NewResponseController(w), timeout: timeout, format: format}
}

// hasErrors remembers that the answer has errors.
func (p *partWriter) hasErrors() {
	if tracked, ok := p.writer.(*trackingWriter); ok {
		tracked.hasErrors = true
	}
}

// write sends one part.
func (p *partWriter) write(part *execute.Part, extensions map[string]any) error {
	buf := &bytes.Buffer{}
	if !p.hasBegun {
		buf.WriteString(partBoundary)
	}
	buf.WriteString(partHeader)
	if err := p.text.part(buf, p.format, part, extensions); err != nil {
		return err // a defect: errors and extensions are made of plain data
	}
	if part.HasNext {
		buf.WriteString(partBoundary)
	} else {
		buf.WriteString(partEnd)
	}
	return p.send(buf.Bytes())
}

// send writes bytes and sees to it that they are not kept on the way. Each has its own time to be read in.
func (p *partWriter) send(text []byte) error {
	if !p.hasBegun {
		p.hasBegun = true
		beginStream(p.writer, p.format.contentType(), noStore)
	}
	_ = p.control.SetWriteDeadline(time.Now().Add(p.timeout)) // writers that have no deadlines are those of tests
	if _, err := p.writer.Write(text); err != nil {
		return err
	}
	return p.control.Flush()
}

// onePart returns the JSON of an answer as the only part of a message.
func onePart(whole []byte) []byte {
	out := make([]byte, 0, len(partBoundary)+len(partHeader)+len(whole)+len(hasNextKey)+len("false")+len(partEnd)+1)
	out = append(append(out, partBoundary...), partHeader...)
	out = append(out, bytes.TrimSuffix(whole, []byte("}"))...)
	out = append(append(out, hasNextKey...), "false}"...)
	return append(out, partEnd...)
}
