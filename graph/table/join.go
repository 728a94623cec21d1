package table

// Index finds the rows of replies for the keys of one key set. It may be used for several tables, one after the other,
// by one goroutine at a time; what Join and Group return is the caller's own.
type Index struct {
	keys    *Keys
	reader  KeyReader
	cells   [][]byte
	scratch []byte
}

// NewIndex returns an index over a finished key set.
func NewIndex(keys *Keys) *Index {
	return &Index{keys: keys, cells: make([][]byte, len(keys.fields))}
}

// NoRow says that a key has no row.
const NoRow = int32(-1)

// Join returns, for each key of the chunk from ≤ key < to, the row of the root level of t that belongs to it, or NoRow.
// Of several rows with one key the last wins (Connectors specification 5.5). Null rows, and rows whose key is not of
// the chunk, belong to none.
func (x *Index) Join(t *Table, shape *Shape, from, to int) []int32 {
	rows := make([]int32, to-from)
	for i := range rows {
		rows[i] = NoRow
	}
	for row := range t.Levels[0].Len() {
		if key := x.keyOf(t, shape, row); from <= key && key < to {
			rows[key-from] = int32(row)
		}
	}
	return rows
}

// Groups are the rows of one reply for the keys of one chunk.
type Groups struct {
	// Offsets has one entry more than the chunk has keys: the rows of its i-th key are Rows[Offsets[i]:Offsets[i+1]].
	Offsets []int32
	// Rows are rows of the root level, by key and within a key in the order of the reply.
	Rows []int32
}

// Of returns the rows of the i-th key of the chunk.
func (g Groups) Of(i int) []int32 { return g.Rows[g.Offsets[i]:g.Offsets[i+1]] }

// Group returns, for each key of the chunk from ≤ key < to, all rows of the root level of t that belong to it. Null
// rows, and rows whose key is not of the chunk, belong to none. It sorts by counting, in linear time.
func (x *Index) Group(t *Table, shape *Shape, from, to int) Groups {
	n := t.Levels[0].Len()
	// One block holds the key of each row, then the groups' own two slices.
	block := make([]int32, n+(to-from)+2+n)
	keyOf, offsets, rows := block[:n], block[n:n+to-from+2], block[n+to-from+2:]
	matched := 0
	for row := range keyOf {
		key := x.keyOf(t, shape, row)
		if key < from || key >= to {
			keyOf[row] = NoKey
			continue
		}
		keyOf[row] = int32(key - from)
		// Counting two places ahead leaves, after the sums, each key's start one place ahead: where it is used as the
		// insertion point and so becomes the next key's start.
		offsets[key-from+2]++
		matched++
	}
	for i := 2; i < len(offsets); i++ {
		offsets[i] += offsets[i-1]
	}
	for row, key := range keyOf {
		if key != NoKey {
			rows[offsets[key+1]] = int32(row)
			offsets[key+1]++
		}
	}
	return Groups{Offsets: offsets[: to-from+1 : to-from+1], Rows: rows[:matched:matched]}
}

// keyOf returns the key of a row of the root level, or -1.
func (x *Index) keyOf(t *Table, shape *Shape, row int) int {
	level := &t.Levels[0]
	if level.Tags[row] == 0 {
		return int(NoKey)
	}
	found := false
	x.reader.reuse()
	for i := range shape.Key {
		// What is missing counts as null: whether it is declared non-null matters only to those who ask.
		x.cells[i], _ = x.reader.Read(t, 0, uint32(row), &x.keys.fields[i], &shape.Key[i])
		found = found || x.cells[i] != nil
	}
	if !found && level.Tags[row] == TagMismatch {
		return int(NoKey) // not even an object: it has no key, which is not the same as a key of nulls
	}
	key, scratch := x.keys.Find(x.cells, x.scratch)
	x.scratch = scratch
	return int(key)
}
