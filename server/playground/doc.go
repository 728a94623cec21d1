// Package playground is the page for people at "/": GraphiQL, with the plan and the waterfall of the last answer below it, and a
// pane to try mappings in.
//
// The page is built from the sources in web and embedded from dist; see web/README.md. It loads nothing from elsewhere, and its
// content security policy would not let it.
//
//	playground.go  options and routes
//	page.go        the page itself, with what it needs to know written into it
//	assets.go      scripts, styles and fonts, embedded compressed
//	mapping.go     mappings, evaluated for the page
//	policy.go      what a browser may do with all of it
//	queries.go     prepared queries, read from files
package playground
