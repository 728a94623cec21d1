package server

import (
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/weftgraph/weft/server/config"
)

// csrf refuses requests that a page of any site could have had a browser send, with the cookies of its user, and without that the browser
// has asked first whether it may. It is immutable.
type csrf struct {
	isOff bool
	// headers are those of which one shows that a browser has asked.
	headers []string
	origins *crossOrigin
	// hint says what helps.
	hint string
}

// defaultPreflightHeaders are those of the public tools, and the one that the specification of uploads proposes.
func defaultPreflightHeaders() []string {
	return []string{"Apollo-Require-Preflight", "X-Apollo-Operation-Name", "Graphql-Require-Preflight"}
}

func newCSRF(c config.CSRF, origins *crossOrigin) *csrf {
	names := c.RequiredHeaders
	if names == nil {
		names = defaultPreflightHeaders()
	}
	out := &csrf{isOff: c.Disabled, origins: origins}
	for _, name := range names {
		out.headers = append(out.headers, http.CanonicalHeaderKey(name))
	}
	if len(names) > 0 {
		out.hint = ", or one of the headers " + strings.ToLower(strings.Join(out.headers, ", "))
	}
	return out
}

// refuses returns why a request is not answered, or nil. isOperation tells that a GET of it is one of a GraphQL operation, too.
func (c *csrf) refuses(r *http.Request, isOperation bool) *refusal {
	switch {
	case c.isOff:
		return nil
	case r.Method == http.MethodPost:
		if c.isPreflighted(r) {
			return nil
		}
		return refuse(http.StatusBadRequest, codeCSRF, "A page of any site could have had a browser send this request. "+
			"Send a content type that forms cannot have, such as application/json%s.", c.hint)
	case !isOperation, r.Method != http.MethodGet && r.Method != http.MethodHead:
		return nil // browsers ask before all other methods
	case c.isPreflighted(r), c.isOwn(r):
		return nil
	default:
		return refuse(http.StatusBadRequest, codeCSRF, "A page of another site has had a browser send this request. "+
			"Send the content type application/json%s. WebSockets and event streams of a page cannot: its origin has to be allowed by cors.",
			c.hint)
	}
}

// isPreflighted reports whether a browser sends such a request across origins only after it has asked by OPTIONS whether it may: the
// content type is none of the three of forms (Fetch, "CORS-safelisted request-header"), or a header is there that forms cannot have. A
// request without a content type, or with one that cannot be read, is one that a page of any site may have made.
func (c *csrf) isPreflighted(r *http.Request) bool {
	if types := r.Header["Content-Type"]; len(types) == 1 {
		if types[0] == mediaJSON {
			return true // what nearly all clients send
		}
		switch mediaType, _, err := mime.ParseMediaType(types[0]); {
		case err != nil:
		case mediaType == mediaForm, mediaType == mediaMultipart, mediaType == mediaText:
		case r.Method != http.MethodPost && mediaType != mediaJSON: // GETs have no body: browsers have been careless there
		case !strings.Contains(mediaType, "/"):
		default:
			return true
		}
	}
	for _, name := range c.headers {
		if values := r.Header[name]; len(values) > 0 && values[0] != "" {
			return true
		}
	}
	return false
}

// isOwn reports whether a GET comes from a page that may read the answer, or from no page, as far as can be known. Browsers tell in
// Sec-Fetch-Site; old ones, and all over plain HTTP, do not, and have perhaps an Origin or a Referer. What has none of the three is
// taken for a program: it cannot change anything, and no page gets to read the answer.
func (c *csrf) isOwn(r *http.Request) bool {
	site, origins := r.Header["Sec-Fetch-Site"], r.Header["Origin"]
	switch {
	case len(site) > 0 && (site[0] == "same-origin" || site[0] == "none"):
		return true
	case len(origins) > 0:
		return c.origins.allowsOrigin(r)
	case len(site) > 0:
		return false
	}
	referer := r.Header["Referer"]
	if len(referer) == 0 {
		return true
	}
	page, err := url.Parse(referer[0])
	return err == nil && isSameOrigin(r, page.Scheme+"://"+page.Host)
}

// Media types that a form can have.
const (
	mediaForm      = "application/x-www-form-urlencoded"
	mediaMultipart = "multipart/form-data"
	mediaText      = "text/plain"
)
