// Package ratelimit bounds how much clients ask: how many requests, how much cost, how often a field, how many failed attempts to say
// who they are.
//
// A rule is a set of token buckets, one for each of those that it counts by (a caller, a key, an address, …). A bucket holds at most its
// burst, is full at first, and fills at an even pace. Several rules hold together: what is asked is admitted if the buckets of all rules
// have enough, and then taken from all of them, in one step.
//
// What the buckets need in memory is bounded. A bucket is forgotten when it is full again, as if it had never been asked, and never
// before: however many clients come, nobody gets more by being forgotten. While there is no room, those who are new share buckets.
package ratelimit
