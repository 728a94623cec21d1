package datasources

import "testing"

func TestMemoryHasRoomForWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	for _, size := range []int{
		0, 1, 4095, 4096, 4097, 27_000, 1<<20 - 1, 1 << 20, 1<<20 + 1, 5 << 18, 5<<18 + 1, 2<<20 - 1, 2 << 20, 3_333_333, 4<<20 - 1, 4 << 20,
	} {
		m := TakeMemory(size)
		if m == nil || cap(m.Bytes) < size || len(m.Bytes) != 0 || cap(m.Bytes) > max(2*size, 4096) {
			t.Fatalf("%d bytes: %+v", size, m)
		}
		if size > 1<<20 && cap(m.Bytes) >= size+1<<18 {
			t.Errorf("%d bytes take up %d", size, cap(m.Bytes))
		}
		if own := TakeMemory(cap(m.Bytes)); cap(own.Bytes) != cap(m.Bytes) {
			t.Errorf("memory of %d bytes is given back where others are of %d", cap(m.Bytes), cap(own.Bytes))
		}
		m.Release()
	}
	if m := TakeMemory(4<<20 + 1); m != nil {
		t.Error("a very large reply's memory is kept")
	}
}

func TestMemoryIsUsedAgainOnlyWhenTheLastReaderIsDone(t *testing.T) {
	t.Parallel()
	m := TakeMemory(1)
	m.share(2)
	m.Release()
	m.Release()
	if n := m.readers.Load(); n != 1 {
		t.Fatalf("%d readers are left", n)
	}
	// As long as there is one, nobody else gets it.
	for range 100 {
		if other := TakeMemory(1); other == m {
			t.Fatal("the memory has two owners")
		}
	}
	m.Release()
}
