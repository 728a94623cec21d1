// Command client compares ways to call an HTTP/1.1 back end, by what a call costs the caller's process: the figures of
// docs/adr/0009-http-client.md. From this folder:
//
//	go run .
//
//	main      the cells, and the table
//	server    the back end, in a process of its own
//	clients   the ways
//	pieces    one of them: connections of its own, requests and replies by package net/http
//
// Client and server share the machine's cores with whatever else runs, so that rounds are interleaved and the least figure counts.
package main
