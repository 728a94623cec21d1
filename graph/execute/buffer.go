package execute

import "sync"

// maxPooled bounds the buffers that are kept, so that one giant answer does not stay in memory.
const maxPooled = 1 << 20

type buffer struct{ bytes []byte }

//nolint:gochecknoglobals // a pool is shared by definition
var buffers = sync.Pool{New: func() any { return &buffer{bytes: make([]byte, 0, 4096)} }}

func takeBuffer() *buffer {
	b, ok := buffers.Get().(*buffer)
	if !ok {
		return &buffer{}
	}
	return b
}

func (b *buffer) release() {
	if cap(b.bytes) <= maxPooled {
		buffers.Put(b)
	}
}
