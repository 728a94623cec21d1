package auditlog

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// closeTime is how long Close waits for a disk that does not take the last lines.
const closeTime = 10 * time.Second

// Log is an audit log. Its methods may be called at the same time. Whoever opened it closes it after the last line.
type Log struct {
	settings atomic.Pointer[Settings]
	report   atomic.Pointer[zap.Logger]
	// now is the time; closeTime bounds Close; disk puts something in front of each file that is opened, nil nothing.
	now       func() time.Time
	closeTime time.Duration
	disk      func(output) output
	// prefix and count make ids.
	prefix string
	count  atomic.Uint64

	// mu guards what waits: pending are whole lines in their order, lost counts those that had no place behind them, refused the operations that
	// were not admitted. It is held for as long as one line is copied.
	mu            sync.Mutex
	pending       []byte
	lost, refused int64
	isClosed      bool
	// waiting are those who wait for pending lines, writing those who wait for the lines that the writer has taken; nil if nobody does.
	waiting, writing *commit
	// queued are the bytes that wait or are being written, isFailing tells that the last attempt to write has failed.
	queued    atomic.Int64
	isFailing atomic.Bool
	// busySince is when the writer has begun what it is doing (nanoseconds since started), 0 while it does nothing; isHanging tells that this takes too long.
	started   time.Time
	busySince atomic.Int64
	isHanging atomic.Bool

	// wake tells the writer that something waits, reopen that the file is to be opened again, changed that the settings have changed, closing
	// that nothing more comes; done is closed when the writer has ended.
	wake, reopen  chan struct{}
	changed       chan *file
	closing, done chan struct{}
	// unwritten is how many bytes were given up, to be read when done is closed.
	unwritten int
}

// Open opens the log, which creates the file if there is none, and mends one that ends in half a line.
func Open(s Settings) (*Log, error) { return open(s, time.Now, nil) }

// open opens a log with the clock and, unless it is nil, the disk of a test.
func open(s Settings, now func() time.Time, disk func(output) output) (*Log, error) {
	l := &Log{
		now: now, closeTime: closeTime, disk: disk, prefix: newPrefix(), started: time.Now(),
		wake: make(chan struct{}, 1), reopen: make(chan struct{}, 1), changed: make(chan *file, 1), closing: make(chan struct{}),
		done: make(chan struct{}),
	}
	l.SetReport(zap.NewNop())
	l.keep(s)
	f, err := l.openFile(s.File)
	if err != nil {
		return nil, fmt.Errorf("open the audit log: %w", err)
	}
	l.Append(&Line{Time: now(), Event: Start, ID: l.NextID()})
	w := newWriter(l, f)
	go w.run()
	go l.watch()
	return l, nil
}

func (l *Log) openFile(path string) (*file, error) {
	f, err := openFile(path)
	if err == nil && l.disk != nil {
		f.out = l.disk(f.out)
	}
	return f, err
}

// newPrefix tells the ids of this process from those of others.
func newPrefix() string {
	var random [6]byte
	_, _ = rand.Read(random[:]) // it never fails
	return hex.EncodeToString(random[:]) + "-"
}

// Check tells whether a log with these settings can be opened. It creates the file if there is none.
func Check(s Settings) error {
	f, err := openFile(s.File)
	if err != nil {
		return fmt.Errorf("open the audit log: %w", err)
	}
	f.close()
	return nil
}

func (l *Log) keep(s Settings) {
	s = s.withDefaults()
	l.settings.Store(&s)
}

// Settings returns those that hold, completed by defaults.
func (l *Log) Settings() Settings { return *l.settings.Load() }

// Configure changes the settings. Lines that wait are written by the new ones, and nothing changes if there is an error. Calls are not made
// at the same time, and none after Close.
func (l *Log) Configure(s Settings) error {
	var f *file
	if s.File != l.settings.Load().File {
		var err error
		if f, err = l.openFile(s.File); err != nil {
			return fmt.Errorf("open the audit log: %w", err)
		}
	}
	l.keep(s)
	select { // the writer may be busy with a disk that hangs
	case before := <-l.changed:
		if before != nil && f != nil {
			before.close()
		} else if f == nil {
			f = before
		}
	default:
	}
	l.changed <- f
	return nil
}

// SetReport says who is told when the log cannot be written, and when it can be again. Until then nobody is.
func (l *Log) SetReport(log *zap.Logger) { l.report.Store(log) }

// NextID returns an id that no other line has.
func (l *Log) NextID() string { return l.prefix + strconv.FormatUint(l.count.Add(1), 10) }

// Admits tells whether an operation may begin: that its line will be kept, unless lines may be lost.
func (l *Log) Admits() bool {
	s := l.settings.Load()
	return s.LossAllowed || !l.isStuck() && l.queued.Load() < int64(s.QueueBytes)
}

// Refuse counts an operation that was refused because Admits says so.
func (l *Log) Refuse() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused++
}

// buffers are those that lines are made in. One that has grown very large is not kept.
//
//nolint:gochecknoglobals // a pool is shared by definition
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 1<<10); return &b }}

const maxKeptBuffer = 64 << 10

// Append puts a line behind those that wait. It does not wait for the disk: whoever has to, gives the ticket to Wait. The line is not kept
// where lines may be lost and the queue is full, or the log is closed.
func (l *Log) Append(line *Line) Ticket {
	buf, ok := buffers.Get().(*[]byte)
	if !ok {
		buf = new([]byte)
	}
	*buf = line.appendTo((*buf)[:0])
	ticket := l.put(*buf)
	if cap(*buf) <= maxKeptBuffer {
		buffers.Put(buf)
	}
	return ticket
}

func (l *Log) put(line []byte) Ticket {
	l.mu.Lock()
	defer l.mu.Unlock()
	// An operation that was admitted has a place: what waits is bounded by the queue and by what is being answered.
	s := l.settings.Load()
	isLost := l.isClosed || s.LossAllowed && l.queued.Load()+int64(len(line)) > int64(s.QueueBytes)
	if isLost {
		l.lost++
	} else {
		l.pending = append(l.pending, line...)
		l.queued.Add(int64(len(line)))
		signal(l.wake)
	}
	switch {
	case s.LossAllowed:
		return Ticket{}
	case isLost || l.isStuck():
		return Ticket{commit: notKept}
	case l.waiting == nil:
		l.waiting = newCommit()
	}
	return Ticket{commit: l.waiting}
}

// take takes all that waits, and gives memory for what comes meanwhile. A gap is marked where it is: behind what waited before it.
func (l *Log) take(memory []byte) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	batch := l.pending
	l.pending = memory[:0]
	l.writing, l.waiting = l.waiting, nil
	if l.lost > 0 || l.refused > 0 {
		before := len(batch)
		batch = (&Line{Time: l.now(), Event: Lost, ID: l.NextID(), Lines: l.lost, Unlogged: l.refused}).appendTo(batch)
		l.queued.Add(int64(len(batch) - before))
		l.lost, l.refused = 0, 0
	}
	return batch
}

// Reopen has the file opened again under its name, as programs that rotate files from outside ask for. The writer also notices by itself,
// after a second, that its file is not the one of that name any more.
func (l *Log) Reopen() { signal(l.reopen) }

// errUnwritten is why Close fails.
var errUnwritten = errors.New("the audit log was not written to its end")

// Close writes what waits, and closes the file. It waits some seconds for a disk that does not take it. It may be called more than once.
func (l *Log) Close() error {
	l.mu.Lock()
	if !l.isClosed {
		stop := (&Line{Time: l.now(), Event: Stop, ID: l.NextID()}).appendTo(nil)
		l.pending = append(l.pending, stop...)
		l.queued.Add(int64(len(stop)))
		l.isClosed = true
		close(l.closing)
	}
	l.mu.Unlock()
	limit := time.NewTimer(l.closeTime)
	defer limit.Stop()
	select {
	case <-l.done:
	case <-limit.C:
		return fmt.Errorf("%w: %d bytes wait for the disk", errUnwritten, l.queued.Load())
	}
	if l.unwritten > 0 {
		return fmt.Errorf("%w: %d bytes", errUnwritten, l.unwritten)
	}
	return nil
}

// signal leaves a mark that something has happened, unless there is one.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
