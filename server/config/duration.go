package config

import (
	"math"
	"regexp"
	"strconv"
	"time"
)

// durationUnits are the units of durations and what they are called. Months and years are no units: they have no length.
func durationUnits() map[string]time.Duration {
	const day = 24 * time.Hour
	units := map[string]time.Duration{}
	for unit, names := range map[time.Duration][]string{
		time.Nanosecond:  {"ns", "nsec"},
		time.Microsecond: {"us", "µs", "usec"},
		time.Millisecond: {"ms", "msec"},
		time.Second:      {"s", "sec", "second", "seconds"},
		time.Minute:      {"m", "min", "minute", "minutes"},
		time.Hour:        {"h", "hr", "hour", "hours"},
		day:              {"d", "day", "days"},
		7 * day:          {"w", "week", "weeks"},
	} {
		for _, name := range names {
			units[name] = unit
		}
	}
	return units
}

// The patterns of durations, which the JSON Schema has, too: parts such as "1m 30s", and a digit other than zero.
const (
	durationPattern = `^( *[0-9]+(\.[0-9]+)? *` +
		`(ns|nsec|us|µs|usec|ms|msec|s|sec|seconds?|m|min|minutes?|h|hr|hours?|d|days?|w|weeks?))+ *$`
	durationNotZero = `[1-9]`
)

var durationPart = regexp.MustCompile(`([0-9]+(?:\.[0-9]+)?) *([a-zµ]+)`)

// parseDuration reads a duration that the patterns allow. What is longer than a Duration can be is the longest.
func parseDuration(text string) time.Duration {
	units := durationUnits()
	var sum float64
	for _, part := range durationPart.FindAllStringSubmatch(text, -1) {
		// The pattern leaves nothing to complain of but the range, and then the number is infinite.
		number, _ := strconv.ParseFloat(part[1], 64)
		sum += number * float64(units[part[2]])
	}
	if sum >= math.MaxInt64 {
		return math.MaxInt64
	}
	return max(1, time.Duration(math.Round(sum)))
}

// ParseDuration reads a duration as configurations have it, such as "90d" or "1m 30s". It is not ok if the text is none, or zero.
func ParseDuration(text string) (d time.Duration, ok bool) {
	if !regexp.MustCompile(durationPattern).MatchString(text) || !regexp.MustCompile(durationNotZero).MatchString(text) {
		return 0, false
	}
	return parseDuration(text), true
}
