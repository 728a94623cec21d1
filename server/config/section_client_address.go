package config

import (
	"fmt"
	"net/netip"
)

// ClientAddress says how the address of a client is found where proxies stand before the server. The zero one takes that of the
// connection.
type ClientAddress struct {
	// TrustedProxies are the networks of proxies that tell the truth about who has asked them.
	TrustedProxies []netip.Prefix
	// Forwarded tells that they do so by Forwarded (RFC 7239), rather than by X-Forwarded-For.
	Forwarded bool
}

func clientAddress() form[draft] {
	part := func(f form[ClientAddress]) form[draft] {
		return at(config, at(func(c *Config) *ClientAddress { return &c.ClientAddress }, f))
	}
	return part(object[ClientAddress]{keys: []key[ClientAddress]{
		{
			name: "trusted_proxies", form: at(func(c *ClientAddress) *[]netip.Prefix { return &c.TrustedProxies },
				list[netip.Prefix]{via(network(), proxies), "a list of addresses and networks"}),
			standard: "[]", example: `["10.0.0.0/8"]`,
			doc: "addresses and networks of proxies that say who has asked them. Without it, a client's address is that of its connection",
		},
		{
			name: "header", form: at(func(c *ClientAddress) *bool { return &c.Forwarded }, choice[bool]{
				{name: "x-forwarded-for", value: false}, {name: "forwarded", value: true},
			}),
			standard: "x-forwarded-for", example: "forwarded",
			doc: "the header that they say it by, and that they append to or replace: clients can send it, too",
		},
	}})
}

// network is an address or a network.
func network() form[string] {
	return text{wanted: `an address or a network such as "10.0.0.0/8"`, all: []string{
		`^([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-fA-F]{0,4}:[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]*)(/[0-9]{1,3})?$`,
	}}
}

// prefixOf reads a network, or the one that is a single address.
func prefixOf(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf(`expected an address or a network such as "10.0.0.0/8" but got %q`, text)
	}
	if p != p.Masked() {
		return netip.Prefix{}, fmt.Errorf("the network of %s is %s", p, p.Masked())
	}
	return p, nil
}

// proxies is a network whose clients are trusted.
func proxies(text string) (netip.Prefix, error) {
	p, err := prefixOf(text)
	if err == nil && p.Bits() == 0 {
		return p, fmt.Errorf("%s is everybody: any client could choose its address. Name the networks of the proxies", p)
	}
	return p, err
}
