package server

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// Media types of answers.
const (
	mediaJSON    = "application/json"
	mediaGraphQL = "application/graphql-response+json"
)

// negotiate chooses the media type of the answer by the Accept header: the preferred one of those that exist, application/json where
// wildcards or no header leave the choice to us, and "" when none is acceptable.
func negotiate(header http.Header) string {
	values := header["Accept"]
	if len(values) == 0 || len(values) == 1 && (values[0] == "*/*" || values[0] == mediaJSON) {
		return mediaJSON // what nearly all clients send
	}
	accept := strings.Join(values, ",")
	if strings.TrimSpace(accept) == "" {
		return mediaJSON
	}
	best, bestQuality := "", 0.0
	for part := range strings.SplitSeq(accept, ",") {
		mediaType, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		switch mediaType {
		case mediaJSON, mediaGraphQL, mediaEvents:
		case "*/*", "application/*":
			mediaType = mediaJSON
		default:
			continue
		}
		if q := quality(params); q > bestQuality {
			best, bestQuality = mediaType, q
		}
	}
	return best
}

// acceptsEvents reports whether the answer may be a stream of events, even if another one would be preferred: subscriptions have no other.
func acceptsEvents(header http.Header) bool {
	for part := range strings.SplitSeq(strings.Join(header["Accept"], ","), ",") {
		mediaType, params, err := mime.ParseMediaType(part)
		if err == nil && mediaType == mediaEvents && quality(params) > 0 {
			return true
		}
	}
	return false
}

func quality(params map[string]string) float64 {
	text, ok := params["q"]
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(text, 64)
	if err != nil || q < 0 || q > 1 {
		return 0
	}
	return q
}
