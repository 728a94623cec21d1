package server

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/weftgraph/weft/server/config"
)

func trusting(isForwarded bool) *clientAddresses {
	return newClientAddresses(config.ClientAddress{
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}, Forwarded: isForwarded,
	})
}

func TestTheClientIsTheLastOneThatIsNoTrustedProxy(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, remote string
		lines        []string
		want         string
	}{
		{"no proxy", "192.0.2.1:5", nil, "192.0.2.1"},
		{"a client that says it is a proxy", "192.0.2.1:5", []string{"198.51.100.7"}, "192.0.2.1"},
		{"a proxy", "10.0.0.1:5", []string{"192.0.2.1"}, "192.0.2.1"},
		{"a proxy that says nothing", "10.0.0.1:5", nil, "10.0.0.1"},
		{"two proxies", "10.0.0.1:5", []string{"192.0.2.1, 10.0.0.2"}, "192.0.2.1"},
		{"two proxies, each with a line", "10.0.0.1:5", []string{"192.0.2.1", "10.0.0.2"}, "192.0.2.1"},
		{"what a client writes stands before", "10.0.0.1:5", []string{"198.51.100.7, 192.0.2.1,10.0.0.2"}, "192.0.2.1"},
		{"an address of a proxy in what a client writes", "10.0.0.1:5", []string{"10.9.9.9, 192.0.2.1"}, "192.0.2.1"},
		{"proxies alone", "10.0.0.1:5", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"a port", "10.0.0.1:5", []string{"192.0.2.1:4711"}, "192.0.2.1"},
		{"IPv6", "[fd00::1]:5", []string{"2001:db8::1"}, "2001:db8::1"},
		{"IPv6 in brackets", "[fd00::1]:5", []string{"[2001:db8::1]"}, "2001:db8::1"},
		{"IPv6 with a port", "[fd00::1]:5", []string{"[2001:db8::1]:80"}, "2001:db8::1"},
		{"IPv4 in IPv6", "[::ffff:10.0.0.1]:5", []string{"::ffff:192.0.2.1"}, "192.0.2.1"},
		{"a zone", "[fd00::1%eth0]:5", []string{"2001:db8::1%x"}, "2001:db8::1"},
		{"a proxy that does not know", "10.0.0.1:5", []string{"192.0.2.1, unknown"}, "10.0.0.1"},
		{"the proxy behind it does not know", "10.0.0.1:5", []string{"192.0.2.1, , 10.0.0.2"}, "10.0.0.2"},
		{"nothing", "10.0.0.1:5", []string{""}, "10.0.0.1"},
		{"no address at all", "@", []string{"192.0.2.1"}, ""},
		{"a long way", "10.0.0.1:5", []string{"192.0.2.1" + strings.Repeat(", 10.0.0.2", 31)}, "192.0.2.1"},
		{"too long a way", "10.0.0.1:5", []string{"192.0.2.1" + strings.Repeat(", 10.0.0.2", 32)}, "10.0.0.2"},
	} {
		r := &http.Request{RemoteAddr: tt.remote, Header: http.Header{headerForwardedFor: tt.lines, headerForwarded: {"for=203.0.113.9"}}}
		got := trusting(false).of(r)
		if want, _ := netip.ParseAddr(tt.want); got != want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestForwardedIsReadWhereProxiesWriteIt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"an address", []string{"for=192.0.2.1"}, "192.0.2.1"},
		{"with more of it", []string{`by=10.0.0.1 ; FOR=192.0.2.1;proto=https`}, "192.0.2.1"},
		{"IPv6", []string{`for="[2001:db8:cafe::17]:4711"`}, "2001:db8:cafe::17"},
		{"proxies", []string{`for=198.51.100.7, for=192.0.2.1`, `for=10.0.0.2`}, "192.0.2.1"},
		{"a name that hides", []string{`for=192.0.2.1, for=_hidden`}, "10.0.0.1"},
		{"not for anybody", []string{`proto=https`}, "10.0.0.1"},
		{"a comma in quotes", []string{`for="192.0.2.1, for=198.51.100.7"`}, "198.51.100.7"},
	} {
		r := &http.Request{RemoteAddr: "10.0.0.1:5", Header: http.Header{headerForwarded: tt.lines, headerForwardedFor: {"203.0.113.9"}}}
		if got := trusting(true).of(r); got != netip.MustParseAddr(tt.want) {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// Whatever a client writes before what the proxy appends, the proxy is believed.
func FuzzClientsCannotChooseTheirAddress(f *testing.F) {
	for _, written := range []string{"", "198.51.100.7", ",", "for=1.2.3.4", `"`, "10.0.0.2", strings.Repeat("10.0.0.2,", 100), "for=\"", "\x00"} {
		f.Add(written, true)
		f.Add(written, false)
	}
	f.Fuzz(func(t *testing.T, written string, isForwarded bool) {
		name, appended := headerForwardedFor, "192.0.2.1"
		if isForwarded {
			name, appended = headerForwarded, "for=192.0.2.1"
		}
		for _, lines := range [][]string{{written + ", " + appended}, {written, appended}} {
			r := &http.Request{RemoteAddr: "10.0.0.1:5", Header: http.Header{name: lines}}
			if got := trusting(isForwarded).of(r); got != netip.MustParseAddr("192.0.2.1") {
				t.Errorf("%q: %s", lines, got)
			}
		}
	})
}
