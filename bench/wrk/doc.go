// Package wrk loads a server with wrk: it writes the script, runs it, and reads the one
// line that the script prints.
package wrk
