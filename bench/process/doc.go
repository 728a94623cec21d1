// Package process starts commands in process groups of their own, on cores that they
// share with nobody if asked to, tells what such a group has used, and ends it. It ends
// nothing else. It knows Linux: taskset and /proc.
package process
