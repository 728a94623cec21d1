//go:build race

package abuse_test

// hasRaceDetector tells that pools forget things at random, so that libraries allocate what they would use again.
const hasRaceDetector = true
