package server

import (
	"bytes"
	"io"
	"runtime"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	// compressFrom is the length of an answer from which on a coding pays: shorter ones fit into one packet anyway.
	compressFrom = 1 << 10
	// maxKeptCompressed bounds the buffers for compressed answers that are kept.
	maxKeptCompressed = 256 << 10
	// brotliLevel costs about as much as the other two do at their fastest.
	brotliLevel = 2
	// zstdWindow bounds how far back zstd looks: an answer is no archive.
	zstdWindow = 256 << 10
)

// compressed is an answer in some coding. Its bytes are valid until release.
type compressed struct{ bytes.Buffer }

//nolint:gochecknoglobals // pools are shared by definition
var (
	compressedAnswers = sync.Pool{New: func() any { return &compressed{} }}

	gzipWriters   = sync.Pool{New: func() any { return newGzipWriter() }}
	brotliWriters = sync.Pool{New: func() any { return brotli.NewWriterLevel(io.Discard, brotliLevel) }}

	// zstdEncoder encodes one answer per processor at a time, others wait.
	zstdEncoder = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(zstdWindow),
			zstd.WithEncoderConcurrency(runtime.GOMAXPROCS(0)), zstd.WithLowerEncoderMem(true))
	})
)

func newGzipWriter() *gzip.Writer {
	w, err := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	if err != nil {
		return gzip.NewWriter(io.Discard) // unreachable: the level exists
	}
	return w
}

// compress returns an answer in a coding, or nil if that gives nothing shorter that could be sent. Whoever gets it releases it.
func compress(whole []byte, c coding) *compressed {
	out, ok := compressedAnswers.Get().(*compressed)
	if !ok {
		out = &compressed{}
	}
	out.Reset()
	if err := out.fill(whole, c); err != nil {
		out.release()
		return nil
	}
	return out
}

func (z *compressed) fill(whole []byte, c coding) error {
	switch c {
	case zstdCoding:
		encoder, err := zstdEncoder()
		if err != nil {
			return err
		}
		z.Write(encoder.EncodeAll(whole, z.AvailableBuffer()))
		return nil
	case brotliCoding:
		return pooled(&brotliWriters, whole, &z.Buffer)
	default:
		return pooled(&gzipWriters, whole, &z.Buffer)
	}
}

// pooled writes through a writer that is used again.
func pooled(writers *sync.Pool, whole []byte, to io.Writer) error {
	w, ok := writers.Get().(interface {
		io.WriteCloser
		Reset(to io.Writer)
	})
	if !ok {
		return io.ErrClosedPipe // unreachable: both writers have the methods
	}
	defer func() {
		w.Reset(io.Discard) // the buffer must not be kept alive
		writers.Put(w)
	}()
	w.Reset(to)
	if _, err := w.Write(whole); err != nil {
		return err
	}
	return w.Close()
}

// release gives the buffer back.
func (z *compressed) release() {
	if z.Cap() <= maxKeptCompressed {
		compressedAnswers.Put(z)
	}
}
