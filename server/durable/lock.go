package durable

import (
	"context"
	"errors"
	"os"
	"time"
)

// ErrLocked tells that somebody else holds a lock.
var ErrLocked = errors.New("another process holds the lock")

// lockPeriod is the time between two attempts to get a lock.
const lockPeriod = 20 * time.Millisecond

// Lock is held by at most one holder at a time, in this process or another one. It ends with the process that holds it, however that ends.
type Lock struct{ file *os.File }

// TryLock takes the lock that a file stands for, or returns ErrLocked. The file is created if it is not there, and stays: without one to
// hold on to, two could hold two files of one name. Where the system has no such locks (outside Unix), everybody gets one.
func TryLock(file string) (*Lock, error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, newMode) //nolint:gosec // the operator names it
	if err != nil {
		return nil, plain("", err)
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Lock{f}, nil
}

// WaitLock is TryLock for those who wait until the lock is free. It returns ErrLocked when ctx is over before.
func WaitLock(ctx context.Context, file string) (*Lock, error) {
	tick := time.NewTicker(lockPeriod)
	defer tick.Stop()
	for {
		l, err := TryLock(file)
		if !errors.Is(err, ErrLocked) {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, ErrLocked
		case <-tick.C:
		}
	}
}

// Unlock gives the lock back.
func (l *Lock) Unlock() error { return l.file.Close() }
