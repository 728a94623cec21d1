// Package report prints what was measured as Markdown.
//
//	print            what comes first, and what after it
//	summary          CPU time for each request: peers down, scenarios across
//	checks, cells    the tables of details
//	median, figure   what several rounds become; how numbers are written
package report
