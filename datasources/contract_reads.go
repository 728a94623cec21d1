package datasources

import (
	"crypto/sha256"
	"maps"
	"slices"
	"sync"
)

// contractReads are the files that a source has read while it was opened, so that somebody can find out later whether it would read the same
// again. It is safe for concurrent use.
type contractReads struct {
	mu sync.Mutex
	// seen has what was read by the files' location: their digest, the zero one for what could not be read. A file that is missing decides
	// as much as one that is there: imports are looked for in several folders.
	seen map[string]contractRead
}

type contractRead struct {
	files  Files
	path   string
	digest [sha256.Size]byte
}

// recording returns the settings with files that tell r what is read of them.
func (r *contractReads) recording(s Settings) Settings {
	if s.GRPC != nil && s.GRPC.Files != nil {
		changed := *s.GRPC
		changed.Files = recordedFiles{changed.Files, r}
		s.GRPC = &changed
	}
	if s.SOAP != nil && s.SOAP.Files != nil {
		changed := *s.SOAP
		changed.Files = recordedFiles{changed.Files, r}
		s.SOAP = &changed
	}
	return s
}

// locations returns where the files are, sorted.
func (r *contractReads) locations() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.seen))
}

// haveChanged tells that a file has another content now, is there now, or is gone.
func (r *contractReads) haveChanged() bool {
	r.mu.Lock()
	seen := maps.Clone(r.seen)
	r.mu.Unlock()
	for _, read := range seen {
		if digestOf(read.files.Read(read.path)) != read.digest {
			return true
		}
	}
	return false
}

func digestOf(data []byte, err error) (digest [sha256.Size]byte) {
	if err != nil {
		return digest
	}
	return sha256.Sum256(data)
}

// recordedFiles are files that tell what is read of them.
type recordedFiles struct {
	Files
	reads *contractReads
}

// Read implements Files.
func (f recordedFiles) Read(path string) ([]byte, error) {
	data, err := f.Files.Read(path)
	f.reads.mu.Lock()
	defer f.reads.mu.Unlock()
	if f.reads.seen == nil {
		f.reads.seen = map[string]contractRead{}
	}
	f.reads.seen[f.Locate(path)] = contractRead{f.Files, path, digestOf(data, err)}
	return data, err //nolint:wrapcheck // the error is that of the files
}
