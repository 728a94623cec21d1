package datasources

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// Sizes of the memory for replies that is used again: powers of two, from 4 KiB to 1 MiB. What is larger is left to the collector.
const (
	minMemoryBits = 12
	maxMemoryBits = 20
)

// Memory is what the body of a reply is in. It is used again for another reply when each of its readers has given it back; a reader
// who does not leaves it to the collector. Its methods may be called on nil, by any goroutine.
type Memory struct {
	// Bytes has no bytes and room for those of a body, of which there may be more than were asked for.
	Bytes   []byte
	readers atomic.Int32
}

//nolint:gochecknoglobals // pools are shared by definition
var memories [maxMemoryBits - minMemoryBits + 1]sync.Pool

// TakeMemory returns memory with room for a number of bytes, for one reader. It is nil for more bytes than are kept.
func TakeMemory(size int) *Memory {
	class := max(bits.Len(uint(max(size, 1)-1)), minMemoryBits) - minMemoryBits
	if class >= len(memories) {
		return nil
	}
	m, ok := memories[class].Get().(*Memory)
	if !ok {
		m = &Memory{Bytes: make([]byte, 0, 1<<(class+minMemoryBits))}
	}
	m.readers.Store(1)
	return m
}

// share adds readers.
func (m *Memory) share(readers int) {
	if m != nil {
		m.readers.Add(int32(readers))
	}
}

// Release says that a reader does not read the body any more.
func (m *Memory) Release() {
	if m == nil || m.readers.Add(-1) != 0 {
		return
	}
	memories[bits.Len(uint(cap(m.Bytes)-1))-minMemoryBits].Put(m)
}
