package playground

import "net/http"

// policy is the content security policy of the page and of its workers: everything comes from this origin, and nothing is
// executed that is not a file of it.
//
// Styles are the exception. The editor positions its lines by style attributes in HTML that it writes, and puts the rules of its theme
// into a style element; it supports neither hashes nor nonces. Styles from elsewhere stay forbidden, and so are fonts and
// images from elsewhere, by which a style could tell what it sees.
const policy = "default-src 'none'; " +
	"script-src 'self'; " +
	"style-src 'self' 'unsafe-inline'; " +
	"connect-src 'self'; " +
	"img-src 'self' data:; " +
	"font-src 'self'; " +
	"worker-src 'self'; " +
	"base-uri 'none'; " +
	"form-action 'none'; " +
	"frame-ancestors 'none'"

// protect sets the headers that every answer of this package has.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}
