package datasources

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// Sizes of the memory for replies that is used again: powers of two, from 4 KiB to 1 MiB, and multiples of 256 KiB from there to 4 MiB,
// where room that is not needed would weigh more. What is larger is left to the collector.
const (
	minMemoryBits = 12
	powersBits    = 20
	stepBits      = 18
	maxMemory     = 4 << 20

	powers = powersBits - minMemoryBits + 1
	steps  = (maxMemory - 1<<powersBits) >> stepBits
)

// Memory is what the body of a reply is in. It is used again for another reply when each of its readers has given it back; a reader
// who does not leaves it to the collector. Its methods may be called on nil, by any goroutine.
type Memory struct {
	// Bytes has no bytes and room for those of a body, of which there may be more than were asked for.
	Bytes   []byte
	readers atomic.Int32
}

//nolint:gochecknoglobals // pools are shared by definition
var memories [powers + steps]sync.Pool

// memoryClass returns the number of the least size that has room for so many bytes.
func memoryClass(size int) int {
	if size <= 1<<powersBits {
		return max(bits.Len(uint(max(size, 1)-1)), minMemoryBits) - minMemoryBits
	}
	return powers + (size-1<<powersBits-1)>>stepBits
}

// memorySize returns the size with a number.
func memorySize(class int) int {
	if class < powers {
		return 1 << (class + minMemoryBits)
	}
	return 1<<powersBits + (class-powers+1)<<stepBits
}

// TakeMemory returns memory with room for a number of bytes, for one reader. It is nil for more bytes than are kept.
func TakeMemory(size int) *Memory {
	if size > maxMemory {
		return nil
	}
	class := memoryClass(size)
	m, ok := memories[class].Get().(*Memory)
	if !ok {
		m = &Memory{Bytes: make([]byte, 0, memorySize(class))}
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
	memories[memoryClass(cap(m.Bytes))].Put(m)
}
