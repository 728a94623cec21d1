// Command limit is the floor that no gateway can go below: it has no GraphQL at all,
// knows the operations of the comparison by heart, makes the fewest calls upstream (one
// for each level), never decodes a value but copies the bytes of those that are wanted,
// and writes the same JSON.
//
//	-stack fasthttp   the fastest sensible server and client: the limit
//	-stack nethttp    the same work on net/http, on both sides
//
// How the files go together:
//
//	answer, nested, deep   the operations
//	scan, write            JSON in and out
//	fasthttp, nethttp      the stacks
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	stack := flag.String("stack", "fasthttp", "the server and client: fasthttp or nethttp")
	flag.Parse()
	address, upstream := "127.0.0.1:"+os.Getenv("PORT"), os.Getenv("UPSTREAM")
	serve := serveFastHTTP
	if *stack == "nethttp" {
		serve = serveNetHTTP
	}
	if err := serve(address, upstream); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
