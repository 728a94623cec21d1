package quota

import (
	"errors"
	"os"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/server/durable"
)

const (
	// maxLines is how many lines the file may have beyond four for each key, until it is written in short.
	maxLines = 1000
	// forgetAfter is how long the figures of a key are kept that nobody uses: more than a year, so that a year can be looked back on.
	forgetAfter = 400 * 24 * time.Hour
)

// grant has the file grant n more for a key, and something in advance. Those who wait for the file together are served by one writing.
func (l *Ledger) grant(key string, q Quota, n Amount) {
	l.mu.Lock()
	a := l.account(key, l.now())
	a.wanted, a.quota = a.wanted.plus(n), q
	l.waiting[a] = true
	l.mu.Unlock()

	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting[a] { // nobody has written in the meantime
		l.write(l.waiting, true)
	}
}

// flush writes what has changed. Whoever calls it holds writing.
func (l *Ledger) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.write(l.dirty, false)
}

// write writes the lines of some accounts, and grants what they want. With isDurable they are on the disk then. Whoever calls it holds
// writing and mu; others may have mu while the disk is busy.
func (l *Ledger) write(accounts map[*account]bool, isDurable bool) {
	if len(accounts) == 0 {
		return
	}
	var text []byte
	written := make(map[*account][2]count, len(accounts))
	for a := range accounts {
		a.day.promise(a.quota.Day, a.wanted)
		a.month.promise(a.quota.Month, a.wanted)
		text = a.appendLine(text)
		written[a] = [2]count{a.day, a.month}
		a.wanted = Amount{}
		delete(l.waiting, a)
		delete(l.dirty, a)
	}
	isLong := l.isTorn || l.lines+len(written) > maxLines+4*len(l.accounts)
	l.mu.Unlock()
	err := l.put(text, len(written), isDurable, isLong)
	l.mu.Lock()
	for a, counts := range written {
		a.day.grant(counts[0])
		a.month.grant(counts[1])
		if err != nil {
			l.dirty[a] = true
		}
	}
	l.noteHealth(err)
}

// put appends lines to the file, or writes it in short.
func (l *Ledger) put(text []byte, lines int, isDurable, isLong bool) error {
	if isLong {
		return l.compact()
	}
	l.isTorn = true
	_, err := l.journal.Write(text)
	if err == nil && isDurable {
		err = l.journal.Sync()
	}
	if err != nil {
		return err
	}
	l.lines, l.isTorn = l.lines+lines, false
	return nil
}

// compact replaces the file by one with a line for each key, except for those that nobody has used for long.
func (l *Ledger) compact() error {
	l.mu.Lock()
	now := l.now()
	var text []byte
	for key, a := range l.accounts {
		if !a.last.IsZero() && now.Sub(a.last) > forgetAfter && !l.waiting[a] {
			delete(l.accounts, key)
			continue
		}
		text = a.appendLine(text)
	}
	lines := len(l.accounts)
	l.mu.Unlock()
	if err := durable.Replace(l.file, text); err != nil {
		return err
	}
	journal, err := os.OpenFile(l.file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if l.journal != nil {
		_ = l.journal.Close() // what it had is in the new file
	}
	l.journal, l.lines, l.isTorn = journal, lines, false
	return nil
}

// noteHealth tells when the file cannot be written, and when it can again.
func (l *Ledger) noteHealth(err error) {
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	switch isSick := err != nil; {
	case isSick && !l.isSick:
		l.log.Error("usage cannot be written: quotas hold as long as this process lives", zap.String("file", l.file), zap.Error(err))
	case !isSick && l.isSick:
		l.log.Info("usage is written again", zap.String("file", l.file))
	}
	l.isSick = err != nil
}
