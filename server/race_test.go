//go:build race

package server_test

// hasRaceDetector tells that pools forget things at random, and that everything takes its time.
const hasRaceDetector = true
