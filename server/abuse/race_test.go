//go:build race

package abuse_test

// hasRaceDetector tells that pools forget things at random, so that libraries allocate what they would use again.
const hasRaceDetector = true

// floodSize is how many requests a flood has, and a case in so many is tried: the others take the race detector minutes, and nothing races
// that does not race in these.
const floodSize, step = 200, 8
