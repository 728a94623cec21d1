package execute

import "sync"

// maxPooled bounds the buffers that are kept, so that one giant answer does not stay in memory.
const maxPooled = 4 << 20

type buffer struct{ bytes []byte }

//nolint:gochecknoglobals // a pool is shared by definition
var buffers = sync.Pool{New: func() any { return &buffer{} }}

// Sizes of fresh buffers: the least one, and what is added to a hint, so that an answer which is a little longer than the last
// one does not have to move.
const (
	minBuffer   = 4096
	bufferExtra = 1024
)

// takeBuffer returns an empty buffer, with room for about as many bytes as the hint says.
func takeBuffer(hint int) *buffer {
	b, ok := buffers.Get().(*buffer)
	if !ok {
		b = &buffer{}
	}
	if hint += bufferExtra; cap(b.bytes) < hint {
		b.bytes = make([]byte, 0, max(hint, minBuffer))
	}
	return b
}

func (b *buffer) release() {
	if cap(b.bytes) <= maxPooled+bufferExtra {
		buffers.Put(b)
	}
}
