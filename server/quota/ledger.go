package quota

import (
	"errors"
	"os"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/server/durable"
)

// flushPeriod is how often figures are written that need not be on the disk before something goes on.
const flushPeriod = 5 * time.Second

// Ledger counts, and keeps what it counts in a file. It is safe for concurrent use.
type Ledger struct {
	file string
	now  func() time.Time
	log  *zap.Logger

	mu       sync.Mutex
	accounts map[string]*account
	// dirty are those that the file does not have as they are, waiting those for which somebody waits until the file grants more.
	dirty, waiting map[*account]bool
	// isSick tells that the file could not be written the last time: quotas hold in memory until it can.
	isSick bool

	// writing is held while the file is written. It is taken before mu.
	writing sync.Mutex
	journal *os.File
	// lines is how many the file has. isTorn tells that its last one may not be whole.
	lines  int
	isTorn bool

	lock *durable.Lock
	stop func()
	done chan struct{}
}

// account is what one key has used.
type account struct {
	key        string
	day, month count
	total      Amount
	last       time.Time
	// wanted is what those want together who wait until the file grants it, quota is that of the last one of them.
	wanted Amount
	quota  Quota
}

// Params are what a ledger is opened with. All fields are set.
type Params struct {
	// File is where the figures are; it is created if it is not there.
	File string
	// Now is the clock.
	Now func() time.Time
	// Log is told of what is wrong with the file.
	Log *zap.Logger
}

// Open reads the file and goes on with what it says. One ledger at a time has a file open, in whatever process. Lines that cannot be read are
// left out and told of. Whoever opened it closes it.
func Open(p Params) (*Ledger, error) {
	lock, err := durable.TryLock(p.File + ".lock")
	if errors.Is(err, durable.ErrLocked) {
		return nil, errInUse
	}
	if err != nil {
		return nil, err
	}
	l := &Ledger{file: p.File, now: p.Now, log: p.Log, lock: lock, done: make(chan struct{}), dirty: map[*account]bool{}, waiting: map[*account]bool{}}
	if err := l.load(); err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	stop := make(chan struct{})
	l.stop = sync.OnceFunc(func() { close(stop) })
	go l.keepUp(stop)
	return l, nil
}

// errInUse is why two processes cannot count in one file: each would let the whole quota through.
var errInUse = errors.New("another process counts in this file: give each a file of its own")

// load reads the file, takes what was granted for used, and writes it in short.
func (l *Ledger) load() error {
	read, problems, err := readFile(l.file)
	if err != nil {
		return err
	}
	for _, p := range problems {
		l.log.Warn("figures of usage are left out: the line cannot be read", zap.String("file", l.file), zap.Int("line", p.line), zap.Error(p.err))
	}
	l.accounts = read
	for _, a := range l.accounts {
		a.day.used, a.month.used = a.day.used.atLeast(a.day.granted), a.month.used.atLeast(a.month.granted)
	}
	return l.compact()
}

// Admit counts n for a key, unless that is more than its quota: then nothing is counted, and the limit is returned. A key without a quota is
// only counted. It waits for the disk about once in a hundred times, and always near the end of a quota. If the file cannot be written, the
// quota holds as long as the process lives.
func (l *Ledger) Admit(key string, q Quota, n Amount) *Exceeded {
	for {
		exceeded, isDone := l.try(key, q, n)
		if isDone {
			return exceeded
		}
		l.grant(key, q, n)
	}
}

// try counts n if the file grants it, and is not done if somebody has to write first.
func (l *Ledger) try(key string, q Quota, n Amount) (exceeded *Exceeded, isDone bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	a := l.account(key, now)
	if exceeded := a.fits(q, n, now); exceeded != nil {
		return exceeded, true
	}
	if !l.isSick && !(a.day.isGranted(q.Day, n) && a.month.isGranted(q.Month, n)) {
		return nil, false
	}
	a.day.used, a.month.used, a.total = a.day.used.plus(n), a.month.used.plus(n), a.total.plus(n)
	a.last = now
	l.dirty[a] = true
	return nil, true
}

// account returns that of a key, in the periods of now.
func (l *Ledger) account(key string, now time.Time) *account {
	a := l.accounts[key]
	if a == nil {
		a = &account{key: key}
		l.accounts[key] = a
	}
	a.day.roll(days(), now)
	a.month.roll(months(), now)
	return a
}

// fits returns the limit that n more would exceed, or nil. Of two it is the one that holds longer.
func (a *account) fits(q Quota, n Amount, now time.Time) *Exceeded {
	if exceeded := a.month.fits(months(), q.Month, n, now); exceeded != nil {
		return exceeded
	}
	return a.day.fits(days(), q.Day, n, now)
}

// Usage returns what a key has used.
func (l *Ledger) Usage(key string) Usage {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.accounts[key]
	if a == nil {
		return Usage{}
	}
	return a.usage(l.now())
}

func (a *account) usage(now time.Time) Usage {
	day, month := a.day, a.month
	day.roll(days(), now)
	month.roll(months(), now)
	return Usage{Day: day.used, Month: month.used, Total: a.total, Last: a.last}
}

// Close writes everything and lets go of the file. Nobody asks afterwards.
func (l *Ledger) Close() error {
	l.stop()
	<-l.done
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	for _, a := range l.accounts {
		a.day.promised, a.month.promised = a.day.used, a.month.used // nothing that was granted is lost
	}
	l.mu.Unlock()
	return errors.Join(l.compact(), l.journal.Close(), l.lock.Unlock())
}

// keepUp writes what has changed, from time to time.
func (l *Ledger) keepUp(stop <-chan struct{}) {
	defer close(l.done)
	tick := time.NewTicker(flushPeriod)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
			l.writing.Lock()
			l.flush()
			l.writing.Unlock()
		}
	}
}
