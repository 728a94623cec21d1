//go:build race

package grpc

// soakCalls is how many calls are made to see that nothing is left of them. The race detector makes each of them slow.
const soakCalls = 1_000
