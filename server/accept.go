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

// negotiate chooses the media type of the answer by the Accept header: the preferred one of the two that exist,
// application/json where wildcards or no header leave the choice to us, and "" when neither is acceptable. Both have the same
// content and the same statuses, but for answers that were given up (see operations).
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
		case mediaJSON, mediaGraphQL:
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
