package auditlog

import (
	"cmp"
	"time"
)

// Defaults of Settings.
const (
	DefaultFile         = "audit.jsonl"
	DefaultQueueBytes   = 16_000_000
	DefaultSyncInterval = time.Second
	DefaultWriteTimeout = 5 * time.Second
	DefaultMaxSize      = 100_000_000
	DefaultMaxFiles     = 10
)

// Settings are those of the audit log (`audit`). Zero fields mean their defaults.
type Settings struct {
	// Enabled tells that there is one; without it nothing else here has an effect.
	Enabled bool
	// File is the path of the file that lines are appended to.
	File string
	// LossAllowed lets operations run whose lines cannot be kept (`on_failure: continue`). Otherwise operations are refused while the file
	// cannot be written and the queue is full or the last write has failed.
	LossAllowed bool
	// Synced has a line be on the disk before Log.Wait returns, and not only in the file. It means nothing where lines may be lost.
	Synced bool
	// WriteTimeout is how long one call to write to the file may take. After that the log cannot be written, until the call returns.
	WriteTimeout time.Duration
	// QueueBytes bounds the lines that wait to be written.
	QueueBytes int
	// SyncInterval is the longest time between the writing of a line and a sync of the file.
	SyncInterval time.Duration
	// Arguments writes the values of arguments, but for those that are tagged as personal.
	Arguments bool
	// Rotation says when the file is replaced by a new one.
	Rotation Rotation
}

// Rotation says when a file is full or old, and what becomes of it then.
type Rotation struct {
	// MaxSize is in bytes. A file has at least one line, however long that is.
	MaxSize int
	// MaxAge is counted from the first line; without it no file is too old.
	MaxAge time.Duration
	// MaxFiles is how many rotated files are kept; the oldest are deleted.
	MaxFiles int
	// Compressed has rotated files packed by gzip.
	Compressed bool
}

func (s Settings) withDefaults() Settings {
	s.QueueBytes = cmp.Or(s.QueueBytes, DefaultQueueBytes)
	s.SyncInterval = cmp.Or(s.SyncInterval, DefaultSyncInterval)
	s.WriteTimeout = cmp.Or(s.WriteTimeout, DefaultWriteTimeout)
	s.Rotation.MaxSize = cmp.Or(s.Rotation.MaxSize, DefaultMaxSize)
	s.Rotation.MaxFiles = cmp.Or(s.Rotation.MaxFiles, DefaultMaxFiles)
	return s
}
