package ratelimit

import (
	"crypto/sha256"
	"encoding/binary"
	"net/netip"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/admission"
)

// longestKey is how long a key may be before its hash is kept instead.
const longestKey = 64

// hashed begins keys that are hashes. No dimension has this number.
const hashed = 0xff

// appendKey appends what tells a bucket of a rule from all others of it. It is not ok if the rule does not count the request, since that
// has nothing of what the rule counts by.
func (r *Rule) appendKey(buf []byte, a *admission.Asked, field string) (key []byte, ok bool) {
	start := len(buf)
	for _, d := range r.Per {
		buf = append(buf, byte(d))
		switch d {
		case Caller:
			buf = appendCaller(buf, a)
		case Key:
			i := a.Caller.Identity()
			if i.Method != caller.APIKey {
				return buf[:start], false
			}
			buf = appendText(buf, i.Subject)
		case Owner:
			owner := a.Caller.Identity().Owner
			if owner == "" {
				return buf[:start], false
			}
			buf = appendText(buf, owner)
		case IP:
			buf = appendAddress(buf, a.Client)
		case Operation:
			buf = appendText(buf, a.Operation.Name())
		case Field:
			buf = appendText(buf, field)
		}
	}
	if len(buf)-start > longestKey {
		// Whoever finds two texts with one hash can do worse than to share a bucket.
		sum := sha256.Sum256(buf[start:])
		buf = append(append(buf[:start], hashed), sum[:]...)
	}
	return buf, true
}

// appendCaller appends what caller.Name says, without making a text of it.
func appendCaller(buf []byte, a *admission.Asked) []byte {
	if a.Caller.IsAnonymous() {
		return appendAddress(append(buf, 0), a.Client)
	}
	i := a.Caller.Identity()
	return appendText(appendText(appendText(append(buf, 1), string(i.Method)), i.Issuer), i.Subject)
}

func appendText(buf []byte, text string) []byte {
	return append(binary.AppendUvarint(buf, uint64(len(text))), text...)
}

// networkBits are those of an address of IPv6 that tell clients apart: each has all addresses of such a network.
const networkBits = 64

func appendAddress(buf []byte, a netip.Addr) []byte {
	if a.Is6() {
		network := a.As16()
		return append(append(buf, 6), network[:networkBits/8]...)
	}
	if a.Is4() {
		four := a.As4()
		return append(append(buf, 4), four[:]...)
	}
	return append(buf, 0)
}
