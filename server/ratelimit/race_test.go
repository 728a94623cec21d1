//go:build race

package ratelimit_test

// isRace tells that the race detector is on, with which nothing is measured.
const isRace = true
