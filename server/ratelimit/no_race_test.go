//go:build !race

package ratelimit_test

const isRace = false
