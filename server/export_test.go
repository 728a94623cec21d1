package server

import "time"

// OnClock has quotas counted by another clock than that of the machine.
func (d Definition) OnClock(now func() time.Time) Definition {
	d.clock = now
	return d
}
