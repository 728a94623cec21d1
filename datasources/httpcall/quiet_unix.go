//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package httpcall

import (
	"errors"
	"net"
	"syscall"
)

// peeker looks at a socket without taking anything from it. It belongs to one goroutine.
type peeker struct {
	// raw is nil for what is no socket.
	raw syscall.RawConn
	// look is made once, or every look would allocate; it leaves its result in state.
	look  func(fd uintptr) bool
	state *error
}

func newPeeker(c net.Conn) peeker {
	socket, ok := c.(syscall.Conn)
	if !ok {
		return peeker{}
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return peeker{}
	}
	state := new(error)
	look := func(fd uintptr) bool {
		var b [1]byte
		_, _, *state = syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		return true // whatever came: it is not waited for
	}
	return peeker{raw: raw, look: look, state: state}
}

// isQuiet tells that there is nothing to read, not even the end.
func (p *peeker) isQuiet() bool {
	if p.raw == nil {
		return true
	}
	if err := p.raw.Read(p.look); err != nil {
		return false
	}
	return errors.Is(*p.state, syscall.EAGAIN)
}
