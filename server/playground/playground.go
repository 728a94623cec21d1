package playground

import (
	"cmp"
	"net/http"
)

// DefaultTitle is the title of a page that has no other.
const DefaultTitle = "Weft"

// Options say what the page shows. The zero Options are a page for the endpoint "/graphql".
type Options struct {
	// Endpoint is the path of the GraphQL endpoint on the same origin; empty means "/graphql".
	Endpoint string
	// Explain tells that the endpoint explains its answers to those who ask. The page asks, then, and shows plan and calls, and
	// evaluates mappings at MapPath; otherwise it says that they are not to be had.
	Explain bool
	// Title is what the page is called; empty means DefaultTitle.
	Title string
	// Queries are offered, each in a tab of its own, in this order.
	Queries []Query
}

// Query is a prepared query document. Its texts are shown as they are.
type Query struct {
	// Name is a short name, unique among the queries of a page.
	Name string `json:"name"`
	// Title says in some words what the query shows.
	Title string `json:"title"`
	// Text is the query document.
	Text string `json:"text"`
	// Variables and Headers are JSON objects, or empty.
	Variables string `json:"variables"`
	Headers   string `json:"headers"`
}

// AssetsPath is the path below which the page's scripts, styles and fonts are.
const AssetsPath = "/playground/assets/"

// New returns a handler for the path "/" and the paths below AssetsPath, which answers GET and HEAD, and with Options.Explain for
// POST to MapPath. It answers 404 to others and is safe for concurrent use.
//
// The page is HTML, and who accepts none is told the endpoint in plain text, with status 406. The page may change at any
// time, and browsers ask each time whether it has; what is below AssetsPath never changes, since names hold a hash.
func New(o Options) http.Handler {
	o.Endpoint = cmp.Or(o.Endpoint, "/graphql")
	o.Title = cmp.Or(o.Title, DefaultTitle)
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", newPage(o))
	mux.HandleFunc("GET "+AssetsPath+"{name}", serveAsset)
	if o.Explain {
		mux.Handle("POST "+MapPath, newTrials(maxTrialTime))
	}
	return mux
}
