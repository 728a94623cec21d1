package auditlog

import "errors"

// Ticket is for a line that was appended. The zero Ticket is for one that may be lost.
type Ticket struct{ commit *commit }

// commit is what those wait for whose lines are brought to the file at once, so that one sync serves all of them.
type commit struct {
	// done is closed when the lines are kept, or when that has failed: err, which is not read before, says why.
	done chan struct{}
	err  error
}

func newCommit() *commit { return &commit{done: make(chan struct{})} }

// end tells whoever waits.
func (c *commit) end(err error) {
	c.err = err
	close(c.done)
}

// errNotKept is why a line is not kept: the file cannot be written. The line waits in memory, and is written once that is possible.
var errNotKept = errors.New("the audit log cannot be written")

// notKept is the commit of lines that come while the file cannot be written.
//
//nolint:gochecknoglobals // a constant in all but name
var notKept = func() *commit {
	c := newCommit()
	c.end(errNotKept)
	return c
}()

// Wait waits until a line is kept: in the file, so that it survives the end of this process, and with Settings.Synced on the disk, so that it
// survives that of the machine. It returns an error if the file cannot be written, at once if that is known, and after Settings.WriteTimeout at
// the latest if the file hangs. The line is written nevertheless when the file can be written again. Of lines that may be lost nobody knows
// more: for those Wait returns nil at once.
func (l *Log) Wait(t Ticket) error {
	if t.commit == nil {
		return nil
	}
	<-t.commit.done
	return t.commit.err
}

// Awaited tells that those who append have reason to Wait: no line may be lost.
func (l *Log) Awaited() bool { return !l.settings.Load().LossAllowed }

// kept tells those who wait for the lines that the writer has taken that they are kept.
func (l *Log) kept() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.writing != nil {
		l.writing.end(nil)
		l.writing = nil
	}
}

// giveUp tells all who wait that they do so in vain. It is called when isStuck is so, so that nobody waits who comes later.
func (l *Log) giveUp(reason error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range []*commit{l.writing, l.waiting} {
		if c != nil {
			c.end(reason)
		}
	}
	l.writing, l.waiting = nil, nil
}

// isStuck tells that the file cannot be written at the moment, as far as anybody knows.
func (l *Log) isStuck() bool { return l.isFailing.Load() || l.isHanging.Load() }
