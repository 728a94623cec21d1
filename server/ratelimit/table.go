package ratelimit

import (
	"hash/maphash"
	"sync"
)

// shards is how many parts a table has, each with a lock of its own.
const shards = 32

// looked is how many buckets are looked at, for one that can be forgotten, when there is a new one.
const looked = 8

// table has the buckets of one rule, by their keys. It is safe for concurrent use by those who hold the locks of its shards.
type table struct {
	rate   rate
	seed   maphash.Seed
	shards [shards]shard
}

// shard is a part of a table.
type shard struct {
	mu sync.Mutex
	// number tells shards of all tables apart, and says in which order they are locked.
	number int
	room   int
	places map[string]int
	kept   []keptBucket
	// hand is where it is looked next for what can be forgotten.
	hand int
	// crowd is the bucket of those for whom there is no room.
	crowd bucket
}

// keptBucket is a bucket of a table.
type keptBucket struct {
	bucket

	key string
}

// newTable makes a table with room for about so many buckets. number is that of its first shard.
func newTable(r rate, room, number int, now int64) *table {
	t := &table{rate: r, seed: maphash.MakeSeed()}
	for i := range t.shards {
		t.shards[i] = shard{number: number + i, room: (room + shards - 1) / shards, places: map[string]int{}, crowd: r.full(now)}
	}
	return t
}

// shard is the one that has a key. Who chooses keys does not know which.
func (t *table) shard(key []byte) *shard { return &t.shards[maphash.Bytes(t.seed, key)%shards] }

// crowded is the place of the bucket that is shared.
const crowded = -1

// find returns the place of a key's bucket, for as long as the shard is locked and nothing of it is forgotten.
func (s *shard) find(key []byte) (at int, isKept bool) {
	at, isKept = s.places[string(key)]
	return at, isKept
}

// place is find for a key that may be new: then it gets a bucket, if there is room.
func (s *shard) place(r *rate, key []byte, now int64) int {
	if at, ok := s.find(key); ok {
		return at
	}
	if len(s.kept) >= s.room {
		return crowded
	}
	// Who was counted among others up to now begins with what these have left: to be told apart is no gain.
	begun := r.full(now)
	if !r.isFull(s.crowd, now) {
		begun = s.crowd
	}
	at, text := len(s.kept), string(key)
	s.kept = append(s.kept, keptBucket{begun, text})
	s.places[text] = at
	return at
}

// bucket is the bucket at a place.
func (s *shard) bucket(at int) *bucket {
	if at == crowded {
		return &s.crowd
	}
	return &s.kept[at].bucket
}

// forget looks at some buckets, and forgets those that are full: they are as if they had never been asked.
func (s *shard) forget(r *rate, now int64) {
	for range min(looked, len(s.kept)) {
		if s.hand >= len(s.kept) {
			s.hand = 0
		}
		if !r.isFull(s.kept[s.hand].bucket, now) {
			s.hand++
			continue
		}
		last := len(s.kept) - 1
		delete(s.places, s.kept[s.hand].key)
		if s.hand != last {
			s.kept[s.hand] = s.kept[last]
			s.places[s.kept[s.hand].key] = s.hand
		}
		s.kept[last] = keptBucket{}
		s.kept = s.kept[:last]
		if len(s.kept) == 0 {
			return
		}
	}
}

// count is how many buckets are not full, and whether those have used something for whom there was no room.
func (t *table) count(now int64) (buckets int, isCrowded bool) {
	for i := range t.shards {
		n, crowded := t.shards[i].count(&t.rate, now)
		buckets, isCrowded = buckets+n, isCrowded || crowded
	}
	return buckets, isCrowded
}

func (s *shard) count(r *rate, now int64) (buckets int, isCrowded bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.kept {
		if !r.isFull(s.kept[i].bucket, now) {
			buckets++
		}
	}
	return buckets, !r.isFull(s.crowd, now)
}
