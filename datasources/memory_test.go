package datasources

import "testing"

func TestMemoryHasRoomForWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 4095, 4096, 4097, 27_000, 1 << 20} {
		m := TakeMemory(size)
		if m == nil || cap(m.Bytes) < size || len(m.Bytes) != 0 || cap(m.Bytes) > max(2*size, 4096) {
			t.Errorf("%d bytes: %+v", size, m)
		}
		m.Release()
	}
	if m := TakeMemory(1<<20 + 1); m != nil {
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
