package auditlog

import (
	"bytes"
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"
)

const (
	// lookPeriod is how often the writer looks whether its file is still the one of that name.
	lookPeriod = time.Second
	// firstRetry and lastRetry bound the time between two attempts to write: each waits twice as long as the one before.
	firstRetry = 100 * time.Millisecond
	lastRetry  = 5 * time.Second
	// rotateAgain is how long a rotation that has failed is not tried again.
	rotateAgain = time.Minute
)

// writer writes what waits. It is used by one goroutine.
type writer struct {
	log      *Log
	settings Settings
	file     *file
	// batch are lines that are being written: those before written are in the file.
	batch   []byte
	written int
	// synced is how much of the batch is on the disk, where lines have to be.
	synced int
	// isDirty tells that something has been written since the last sync.
	isDirty bool
	// looked is when the writer has last looked for its file, notBefore when a rotation may be tried again.
	looked, notBefore time.Time
	syncing           *time.Ticker
	// again is the timer of the next attempt after one that has failed, retry the time between the two.
	again *time.Timer
	retry time.Duration
	// packing is the work on rotated files, one after the other, beside the writer.
	packing sync.WaitGroup
	tidying sync.Mutex
}

func newWriter(l *Log, f *file) *writer {
	w := &writer{log: l, settings: l.Settings(), file: f, looked: l.now()}
	w.tidy()
	return w
}

// run writes until the log is closed.
func (w *writer) run() {
	defer close(w.log.done)
	defer w.packing.Wait()
	w.syncing = time.NewTicker(w.settings.SyncInterval)
	defer w.syncing.Stop()
	w.again = time.NewTimer(time.Hour)
	defer w.again.Stop()
	for {
		w.log.idle()
		select {
		case <-w.log.wake:
			w.log.busy()
			if !w.log.isFailing.Load() { // it is tried again from time to time, and not for each line
				w.work()
			}
		case <-w.again.C:
			w.log.busy()
			w.work()
		case <-w.log.reopen:
			w.log.busy()
			_ = w.openAgain() // it is reported
			w.work()
		case f := <-w.log.changed:
			w.log.busy()
			w.configure(f)
			w.work()
		case <-w.syncing.C:
			w.log.busy()
			w.sync()
		case <-w.log.closing:
			w.log.busy()
			w.finish()
			return
		}
	}
}

// configure takes over the settings that hold now. The file is that of another name, or nil.
func (w *writer) configure(f *file) {
	w.settings = w.log.Settings()
	w.syncing.Reset(w.settings.SyncInterval)
	if f != nil {
		w.change(f)
	}
	w.tidy()
}

// work writes what waits, if there is anything.
func (w *writer) work() {
	if w.log.now().Sub(w.looked) >= lookPeriod {
		w.look()
	}
	for {
		if w.written == len(w.batch) {
			w.next()
		}
		if len(w.batch) == 0 {
			break
		}
		if !w.write() || w.written == len(w.batch) && w.mustSync() && !w.sync() {
			return
		}
		if w.written == len(w.batch) {
			w.log.kept()
		}
	}
	if w.log.isFailing.Load() {
		w.sync() // what has failed may have been that
	}
}

// next takes the lines that have come meanwhile.
func (w *writer) next() {
	memory := w.batch
	if cap(memory) > 4*maxKeptBuffer {
		memory = nil
	}
	w.batch, w.written, w.synced = w.log.take(memory), 0, 0
	select { // lines that have come after a change of the settings are written by the new ones
	case f := <-w.log.changed:
		w.configure(f)
	default:
	}
}

// write writes as much of the batch as the file has room for, at least a line, and tells whether it did.
func (w *writer) write() bool {
	if w.isFull(w.batch[w.written:]) {
		w.rotate()
	}
	part := w.batch[w.written:]
	if room := w.settings.Rotation.MaxSize - int(w.file.size); w.file.isOurs && room < len(part) {
		part = part[:lines(part, room)]
	}
	w.log.busy()
	n, err := w.file.write(part)
	w.written += n
	w.log.queued.Add(-int64(n))
	w.isDirty = w.isDirty || n > 0
	if err != nil {
		w.failed("the audit log cannot be written", err)
		return false
	}
	return true
}

// lines is the length of the whole lines among the first bytes of a text, and of one line at least.
func lines(text []byte, room int) int {
	if room > 0 {
		if end := bytes.LastIndexByte(text[:min(room, len(text))], '\n'); end >= 0 {
			return end + 1
		}
	}
	return bytes.IndexByte(text, '\n') + 1
}

// isFull tells whether the file is too long or too old for what comes.
func (w *writer) isFull(next []byte) bool {
	r := &w.settings.Rotation
	if !w.file.isOurs || w.file.size == 0 || w.isInLine() || w.log.now().Before(w.notBefore) {
		return false
	}
	return int(w.file.size)+lines(next, 0) > r.MaxSize || r.MaxAge > 0 && w.log.now().Sub(w.file.since) >= r.MaxAge
}

// isInLine tells that the file ends in a part of a line, whose rest is next in the batch.
func (w *writer) isInLine() bool { return w.written > 0 && w.batch[w.written-1] != '\n' }

// rotate puts a new file in the place of one that is full. If it cannot, the old one goes on.
func (w *writer) rotate() {
	w.sync()
	err := moveAway(target(w.file.path), w.log.now())
	if err == nil {
		err = w.openAgain()
	}
	if err != nil {
		w.notBefore = w.log.now().Add(rotateAgain)
		w.log.report.Load().Error("the audit log is not rotated", zap.Error(err))
		return
	}
	w.tidy()
}

// look opens the file again if another has its name, or none.
func (w *writer) look() {
	w.looked = w.log.now()
	if w.file.isMoved() {
		_ = w.openAgain() // it is reported, and tried again
	}
}

// openAgain opens the file of that name. Without one the old file goes on: no line is lost for a name.
func (w *writer) openAgain() error {
	next, err := w.log.openFile(w.file.path)
	if err == nil && next.isNew {
		err = next.takeMode(w.file) // whoever may read the log may go on to
	}
	if err != nil {
		w.log.report.Load().Error("the audit log keeps the file that it has", zap.Error(err))
		return err
	}
	w.change(next)
	return nil
}

// change goes on with another file.
func (w *writer) change(next *file) {
	w.sync()
	if w.isInLine() {
		// The line is written whole to the new file.
		begin := bytes.LastIndexByte(w.batch[:w.written], '\n') + 1
		w.log.queued.Add(int64(w.written - begin))
		w.written = begin
	}
	w.synced = min(w.synced, w.written)
	w.file.close()
	w.file = next
}

// tidy does to the rotated files what is to be done to them, also to those that a crash has left. The writer does not wait for it.
func (w *writer) tidy() {
	if !w.file.isOurs {
		return
	}
	path, rotation := target(w.file.path), w.settings.Rotation
	w.packing.Go(func() {
		w.tidying.Lock()
		defer w.tidying.Unlock()
		if err := tidy(path, rotation); err != nil {
			w.log.report.Load().Error("rotated files of the audit log", zap.Error(err))
		}
	})
}

// mustSync tells that lines are not kept before they are on the disk.
func (w *writer) mustSync() bool { return w.settings.Synced && !w.settings.LossAllowed }

// sync brings to the disk what has been written, and tells whether it did.
func (w *writer) sync() bool {
	if w.isDirty {
		w.log.busy()
		if err := w.file.sync(); err != nil {
			w.failed("the audit log cannot be brought to the disk", err)
			w.writeAgain()
			return false
		}
		w.isDirty = false
	}
	w.synced = w.written
	if w.written == len(w.batch) && w.log.isFailing.Swap(false) {
		w.retry = 0
		w.log.report.Load().Info("the audit log can be written again")
	}
	return true
}

// writeAgain has what a failed sync may have lost be written once more. The system forgets such bytes: the next sync would say that all is
// well. A line that has survived is there twice.
func (w *writer) writeAgain() {
	if w.mustSync() && !w.isInLine() {
		w.log.queued.Add(int64(w.written - w.synced))
		w.written = w.synced
	}
}

// failed remembers that operations have to wait, reports it once, and plans another attempt.
func (w *writer) failed(what string, err error) {
	w.retry = min(max(2*w.retry, firstRetry), lastRetry)
	w.again.Reset(w.retry)
	if !w.log.isFailing.Swap(true) {
		w.log.report.Load().Error(what, zap.Error(err), zap.String("file", w.file.path), zap.Bool("refusing", !w.settings.LossAllowed))
	}
	w.log.giveUp(err)
}

// finish writes what is left.
func (w *writer) finish() {
	deadline := time.Now().Add(w.log.closeTime / 2)
	for w.work(); w.written < len(w.batch) && time.Now().Before(deadline); w.work() {
		w.log.idle()
		<-time.After(firstRetry)
		w.log.busy()
	}
	w.sync()
	w.log.giveUp(errNotKept) // nobody is left, or what they wait for does not come
	w.file.close()
	if w.log.unwritten = int(w.log.queued.Load()); w.log.unwritten > 0 {
		w.log.report.Load().Error("the audit log is not complete", zap.Error(errors.New("the last lines could not be written")))
	}
}
