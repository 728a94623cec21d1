package auditlog

import (
	"errors"
	"time"

	"go.uber.org/zap"
)

// A disk that fails says so. One that hangs (a network file system whose server is away, a broken drive, a pipe that nobody reads) lets the
// writer wait in the system, which nothing can end. So another goroutine looks after it.

// maxWatchPeriod bounds how late a file that hangs is noticed.
const maxWatchPeriod = 250 * time.Millisecond

// errHangs is why a line is not kept by a file that hangs.
var errHangs = errors.New("the file takes too long")

// watch notices that the writer hangs, until it has ended.
func (l *Log) watch() {
	period := func() time.Duration {
		return min(max(l.settings.Load().WriteTimeout/4, time.Millisecond), maxWatchPeriod)
	}
	next := time.NewTimer(period())
	defer next.Stop()
	for {
		select {
		case <-l.done:
			return
		case <-next.C:
			l.lookAfter()
			next.Reset(period())
		}
	}
}

// lookAfter looks how long the writer has been doing what it does.
func (l *Log) lookAfter() {
	s, since := l.settings.Load(), l.busySince.Load()
	if since == 0 || l.uptime()-since < int64(s.WriteTimeout) {
		return
	}
	if !l.isHanging.Swap(true) {
		l.report.Load().Error("the audit log hangs", zap.String("file", s.File), zap.Duration("write_timeout", s.WriteTimeout),
			zap.Bool("refusing", !s.LossAllowed))
	}
	l.giveUp(errHangs)
	if l.busySince.Load() != since {
		l.moves() // it has gone on meanwhile, and does not know of this
	}
}

// uptime is a time that no change of the clock changes, and never 0.
func (l *Log) uptime() int64 { return int64(time.Since(l.started)) + 1 }

// busy notes that the writer begins something, after which it is either busy or idle again.
func (l *Log) busy() {
	l.busySince.Store(l.uptime())
	l.moves()
}

// idle notes that the writer does nothing.
func (l *Log) idle() {
	l.busySince.Store(0)
	l.moves()
}

// moves notes that the writer does not hang.
func (l *Log) moves() {
	if l.isHanging.Load() && l.isHanging.Swap(false) {
		l.report.Load().Info("the audit log hangs no more")
	}
}
