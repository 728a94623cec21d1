package ratelimit_test

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/server/admission"
	"github.com/weftgraph/weft/server/ratelimit"
)

// Clients choose the names of their operations, and what tokens say of them is chosen elsewhere: two requests share a bucket if they are the same in
// all that the bucket is for, and never because some texts look like others when they stand next to each other.
func FuzzBucketsAreApart(f *testing.F) {
	f.Add("i", "ann", "o", "op", []byte{192, 0, 2, 1}, "i", "ann", "o", "op", []byte{192, 0, 2, 2})
	f.Add("", "", "", "", []byte{}, "", "", "", "\x00", []byte{})
	f.Add("a", "bc", "", "d", []byte{}, "ab", "c", "", "d", []byte{})
	f.Add("a#b", "c", "", "", []byte{}, "a", "b#c", "", "", []byte{})
	f.Add("", "", "", "op", []byte("0123456789abcdef"), "", "", "", "op", []byte("01234567xxxxxxxx"))
	f.Fuzz(func(t *testing.T, issuer1, subject1, owner1, name1 string, address1 []byte, issuer2, subject2, owner2, name2 string, address2 []byte) {
		one, two := fuzzAsked(issuer1, subject1, owner1, name1, address1), fuzzAsked(issuer2, subject2, owner2, name2, address2)
		for _, dimensions := range [][]ratelimit.Dimension{
			{ratelimit.Caller},
			{ratelimit.Owner},
			{ratelimit.IP, ratelimit.Operation},
			{ratelimit.Operation, ratelimit.Caller},
			{ratelimit.Owner, ratelimit.Caller, ratelimit.Operation, ratelimit.IP},
		} {
			l := limiter(&hands{}, 0, ratelimit.Rule{Name: "r", Per: dimensions, Limit: 1, Interval: time.Hour})
			admits := func(a *admission.Asked) bool { return l.Request(a, nil) == nil && l.Operation(a, nil) == nil }
			isFree := func(a *admission.Asked) bool {
				return slices.Contains(dimensions, ratelimit.Owner) && a.Caller.Identity().Owner == ""
			}
			if !admits(one) {
				t.Fatalf("%v: the first is refused", dimensions)
			}
			if again := admits(one); again != isFree(one) {
				t.Errorf("%v: the first is admitted again: %t", dimensions, again)
			}
			want := isFree(one) || isFree(two) || !slices.Equal(fuzzValues(dimensions, one), fuzzValues(dimensions, two))
			if got := admits(two); got != want {
				t.Errorf("%v: the second is admitted: %t", dimensions, got)
			}
		}
	})
}

func fuzzAsked(issuer, subject, owner, name string, address []byte) *admission.Asked {
	a := &admission.Asked{Operation: &operation{name: name}}
	a.Client, _ = netip.AddrFromSlice(address)
	a.Client = a.Client.Unmap()
	if subject != "" {
		a.Caller = caller.New(caller.Identity{Method: caller.JWT, Issuer: issuer, Subject: subject, Owner: owner})
	}
	return a
}

// fuzzValues are what a bucket is for.
func fuzzValues(dimensions []ratelimit.Dimension, a *admission.Asked) []any {
	var out []any
	client := netip.PrefixFrom(a.Client, 64).Masked()
	if a.Client.Is4() {
		client = netip.PrefixFrom(a.Client, 32)
	}
	for _, d := range dimensions {
		switch d {
		case ratelimit.Caller:
			i := a.Caller.Identity()
			out = append(out, i.Method, i.Issuer, i.Subject)
			if a.Caller == nil {
				out = append(out, client)
			}
		case ratelimit.Owner:
			out = append(out, a.Caller.Identity().Owner)
		case ratelimit.IP:
			out = append(out, client)
		case ratelimit.Operation:
			out = append(out, a.Operation.Name())
		}
	}
	return out
}
