// Package peer is what is compared: gateways, each described by an entry of peers.json
// and by a folder with two commands. One installs what is needed into the cache, the
// other serves.
//
//	peer, choose   the entries, and which of them are measured
//	install        getting them ready, once a machine
//	start, ask     a peer that serves, and requests to it
package peer
