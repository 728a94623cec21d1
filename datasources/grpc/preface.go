package grpc

import (
	"bytes"
	"encoding/binary"
	"net"
	"time"
)

// The frame that a server begins with (RFC 9113, 3.4, 4.1 and 6.5).
const (
	frameHeaderBytes   = 9
	frameTypeOffset    = 3
	settingsFrame      = 4
	settingBytes       = 6
	settingValueOffset = 2
	settingMaxStreams  = 3
	// maxPreface bounds what is looked at. A frame of settings that is longer has no limit that is known.
	maxPreface = 1 << 10
)

// refusalTime is how long it may take to read why a server has closed a connection.
const refusalTime = 100 * time.Millisecond

// prefaced is a connection whose first bytes are looked at: they tell how many streams the server allows, or why it is no server of HTTP/2. The
// library tells neither. What servers change later is left to the library, which then lets calls wait.
type prefaced struct {
	net.Conn
	connection *connection
	subchannel *subchannel
	isTLS      bool
	// seen are the first bytes; isOver tells that they have been understood, and looked is then closed.
	seen   []byte
	isOver bool
	looked chan struct{}
}

// Write implements net.Conn. A server that refuses us says why and closes the connection, and the library closes it, too, as soon as it cannot
// write: what the server has said is read first.
func (p *prefaced) Write(b []byte) (int, error) {
	n, err := p.Conn.Write(b)
	if err != nil {
		select {
		case <-p.looked:
		case <-time.After(refusalTime):
		}
	}
	return n, err
}

// Read implements net.Conn. It is called by one goroutine at a time.
func (p *prefaced) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	if !p.isOver {
		p.look(b[:n], err)
	}
	return n, err
}

// look reads on in the first bytes.
func (p *prefaced) look(b []byte, err error) {
	p.seen = append(p.seen, b[:min(len(b), maxPreface-len(p.seen))]...)
	length, isSettings := settingsLength(p.seen)
	isShort := len(p.seen) < frameHeaderBytes || isSettings && len(p.seen) < min(length, maxPreface)
	switch {
	case isShort && err == nil:
		return
	case isShort && !isAlert(p.seen):
		p.connection.lose(beforePreface(err, p.isTLS), err)
	case !isSettings:
		p.connection.lose(foreignPreface(p.seen), err)
	default:
		p.subchannel.allowed.Store(maxStreams(p.seen[frameHeaderBytes:min(length, len(p.seen))]))
	}
	p.isOver, p.seen = true, nil
	close(p.looked)
}

// settingsLength returns how long the frame is that the bytes begin with, if it is one of settings.
func settingsLength(b []byte) (int, bool) {
	if len(b) < frameHeaderBytes || b[frameTypeOffset] != settingsFrame || !bytes.Equal(b[frameTypeOffset+1:frameHeaderBytes], make([]byte, 5)) {
		return 0, false
	}
	return frameHeaderBytes + int(b[0])<<16 + int(b[1])<<8 + int(b[2]), true
}

// maxStreams returns the last SETTINGS_MAX_CONCURRENT_STREAMS of a frame's content, or 0. A server that allows none for now is one that
// allows one: the library waits for more.
func maxStreams(settings []byte) uint32 {
	var found uint32
	for ; len(settings) >= settingBytes; settings = settings[settingBytes:] {
		if binary.BigEndian.Uint16(settings) == settingMaxStreams {
			found = max(1, binary.BigEndian.Uint32(settings[settingValueOffset:]))
		}
	}
	return found
}
