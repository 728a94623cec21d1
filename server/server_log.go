package server

import (
	"bytes"
	"log"
	"sync"
	"time"

	"go.uber.org/zap"
)

const (
	// maxHandshakes is how many failed handshakes are told of in each handshakePeriod. Anybody can cause any number of them.
	maxHandshakes   = 10
	handshakePeriod = 10 * time.Second
)

// serverLog is what net/http writes to, whose only words about a failure are texts.
type serverLog struct {
	log *zap.Logger
	now func() time.Time

	mu sync.Mutex
	// since is when the period began, in which told failures were told of, and untold ones were not.
	since        time.Time
	told, untold int
}

func newServerLog(to *zap.Logger, now func() time.Time) *log.Logger { //nolint:forbidigo // what net/http asks for
	return log.New(&serverLog{log: to, now: now}, "", 0) //nolint:forbidigo // likewise
}

// Write implements io.Writer. A line is one call.
func (l *serverLog) Write(line []byte) (int, error) {
	text := bytes.TrimSpace(line)
	if !bytes.HasPrefix(text, []byte("http: TLS handshake error")) {
		l.log.Warn(string(text))
	} else if isTold, before := l.admit(); isTold && before > 0 {
		l.log.Warn(string(text), zap.Int("untold", before))
	} else if isTold {
		l.log.Warn(string(text))
	}
	return len(line), nil
}

// admit tells whether one more failed handshake is told of, and how many before it were not.
func (l *serverLog) admit() (isTold bool, before int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := l.now(); now.Sub(l.since) >= handshakePeriod {
		l.since, l.told = now, 0
		before, l.untold = l.untold, 0
	}
	if l.told++; l.told > maxHandshakes {
		l.untold++
		return false, 0
	}
	return true, before
}
