package server

import (
	"mime"
	"net/http"
	"strings"
)

// partFormat is how an answer in several parts is written. The parts are those of a message of the media type multipart/mixed, and each is
// JSON.
type partFormat uint8

const (
	// wholeAnswer has no parts.
	wholeAnswer partFormat = iota
	// parts2022 is what Apollo's clients know since 2022: each patch has its path.
	parts2022
	// partsV02 is version 0.2 of the proposal for incremental delivery: fragments are announced, and patches refer to them.
	partsV02
)

const mediaParts = "multipart/mixed"

// acceptedParts is what a client says of answers in parts.
type acceptedParts struct {
	// format is the one that it likes best, wholeAnswer if it takes no parts, or likes whole answers better.
	format partFormat
	// subscriptions tells that it takes the events of subscriptions as parts, in Apollo's protocol.
	subscriptions bool
	// isAll tells that it takes nothing else.
	isAll bool
}

// acceptParts reads what the Accept header says of answers in parts. mediaType is what negotiate has chosen for others.
func acceptParts(header http.Header, mediaType string) acceptedParts {
	values := header["Accept"]
	if len(values) == 0 || len(values) == 1 && !strings.Contains(strings.ToLower(values[0]), "multipart/") {
		return acceptedParts{}
	}
	var accepted acceptedParts
	bestQuality, others := 0.0, 0.0
	for part := range strings.SplitSeq(strings.Join(values, ","), ",") {
		given, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		q := quality(params)
		switch given {
		case mediaParts:
			if params["subscriptionspec"] == "1.0" && q > 0 {
				accepted.subscriptions = true
			}
			if format := formatOf(params); format != wholeAnswer && q > bestQuality {
				accepted.format, bestQuality = format, q
			}
		case mediaJSON, mediaGraphQL, "application/*", "*/*":
			others = max(others, q)
		}
	}
	if bestQuality < others {
		accepted.format = wholeAnswer
	}
	accepted.isAll = mediaType == "" && (accepted.format != wholeAnswer || accepted.subscriptions)
	return accepted
}

// formatOf reads the parameters of multipart/mixed. Clients that name no format get what most of them know. One that is not known is none.
func formatOf(params map[string]string) partFormat {
	deferSpec, hasDefer := params["deferspec"]
	incrementalSpec, hasIncremental := params["incrementalspec"]
	_, isSubscription := params["subscriptionspec"]
	switch {
	case deferSpec == "20220824":
		return parts2022
	case incrementalSpec == "v0.2":
		return partsV02
	case hasDefer || hasIncremental || isSubscription:
		return wholeAnswer
	default:
		return parts2022
	}
}

// contentType is that of an answer in parts.
func (f partFormat) contentType() []string {
	if f == partsV02 {
		return []string{mediaParts + `; boundary="-"; incrementalSpec=v0.2`}
	}
	return []string{mediaParts + `; boundary="-"; deferSpec=20220824`}
}
