package httpcall

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestBodiesAreReadWhole(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 511, 4096, 4097, 65535, 65536, 65537, 1 << 20, 1<<20 + 1, 3 << 20} {
		text := strings.Repeat("0123456789abcdef", size/16+1)[:size]
		for name, reader := range map[string]io.Reader{
			"all at once":          strings.NewReader(text),
			"with the end":         iotest.DataErrReader(strings.NewReader(text)),
			"in halves":            iotest.HalfReader(strings.NewReader(text)),
			"with nothing between": &stutter{r: strings.NewReader(text)},
		} {
			for _, hint := range []int{size, 0, size - 1, size + 1, size / 3, 2*size + 5} {
				if seeker, ok := reader.(*strings.Reader); ok {
					seeker.Reset(text)
				} else if hint != size {
					continue
				}
				w, err := readInto(reader, int64(max(hint, 0)), int64(size))
				if err != nil || string(w.bytes) != text {
					t.Fatalf("%d bytes %s, %d expected: got %d, %v", size, name, hint, len(w.bytes), err)
				}
				if cap(w.bytes) > 4*max(len(w.bytes), smallSize) {
					t.Errorf("%d bytes %s, %d expected: they take up %d", size, name, hint, cap(w.bytes))
				}
				w.memory.Release()
			}
		}
	}
}

func TestBodiesBeyondTheLimitAreRefused(t *testing.T) {
	t.Parallel()
	for _, limit := range []int64{0, 1, 511, 4095, 4096, 65536, 1 << 20, 2 << 20} {
		for _, hint := range []int64{0, limit, limit + 1, 5} {
			r := strings.NewReader(strings.Repeat("x", int(limit)+1))
			if w, err := readInto(r, hint, limit); err != errTooLarge || w.memory != nil { //nolint:errorlint // exactly this
				t.Errorf("limit %d, %d expected: got %d bytes, %v", limit, hint, len(w.bytes), err)
			}
		}
	}
}

// stutter gives nothing every other time.
type stutter struct {
	r     io.Reader
	calls int
}

func (s *stutter) Read(p []byte) (int, error) {
	if s.calls++; s.calls%2 == 1 {
		return 0, nil
	}
	return s.r.Read(p)
}

// A length that was announced is believed when a sixteenth of it has come: until then nobody can make us take much more memory than
// was sent, and from then on the body does not move again.
func TestRoomForALongBodyIsMadeTwice(t *testing.T) {
	t.Parallel()
	const limit = 1 << 30
	for _, length := range []int64{1 << 20, 1<<20 + 1, 1_300_000, 3 << 20, 16 << 20} {
		size := firstSize(length)
		made, times := size, 1
		for size < length {
			next := nextSize(size, length, limit)
			if next > 16*size {
				t.Errorf("%d bytes are announced: room for %d is made when %d have come", length, next, size)
			}
			size = next
			made, times = made+size, times+1
		}
		if times > 2 || made > length+length/8 {
			t.Errorf("%d bytes: room is made %d times, for %d in all", length, times, made)
		}
	}
}
