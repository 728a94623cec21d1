//go:build !race

package abuse_test

// hasRaceDetector tells that pools forget things at random, so that libraries allocate what they would use again.
const hasRaceDetector = false

// floodSize is how many requests a flood has, and a case in so many is tried.
const floodSize, step = 2000, 1
