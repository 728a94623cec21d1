package httpcall

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
)

var (
	errLength   = errors.New("the reply's Content-Length is not valid")
	errTransfer = errors.New("the reply's Transfer-Encoding is not one that can be read")
	errAnnounce = errors.New("the reply announces a trailer that may be none")
)

// framing says where the body of a reply ends (RFC 9112, 6.3).
type framing struct {
	// length is that of the body; negative when it is not known before.
	length int64
	// hasBody tells that there may be a body; isChunked tells that its end is marked. Otherwise a body without a length ends with
	// the connection.
	hasBody, isChunked bool
	// isLast tells that there is no other reply after this one on the connection.
	isLast bool
	// trailer has the names that the header announces, without values.
	trailer http.Header
}

// frame works out the framing, and takes out of the header what says something about this connection only, as net/http does it.
func (h *head) frame(method string) (framing, error) {
	f := framing{isLast: h.closes()}
	var err error
	if f.length, err = h.contentLength(); err != nil {
		return f, err
	}
	if f.isChunked, err = h.isChunked(); err != nil {
		return f, err
	}
	switch {
	case f.isChunked && f.length >= 0:
		// Somebody on the way has seen the end elsewhere than we would: such a reply "ought to be handled as an error" (6.3).
		return f, errTransfer
	case method == http.MethodHead, h.status == http.StatusNoContent, h.status == http.StatusNotModified:
		f.length = 0 // whatever the header says of the body that is not there
	default:
		f.hasBody = f.length != 0
		f.isLast = f.isLast || f.length < 0 && !f.isChunked
	}
	if f.isChunked {
		f.trailer, err = h.announced()
	}
	if h.header["Cache-Control"] == nil && len(h.header["Pragma"]) > 0 && h.header["Pragma"][0] == "no-cache" {
		h.header["Cache-Control"] = []string{"no-cache"} // as net/http says it to mappings (RFC 9111, 5.4)
	}
	return f, err
}

// closes tells whether the server closes the connection after the reply (RFC 9112, 9.3).
func (h *head) closes() bool {
	options := h.header["Connection"]
	if h.isOld {
		return !hasOption(options, "keep-alive") || hasOption(options, "close")
	}
	if len(options) == 0 || !hasOption(options, "close") {
		return false
	}
	delete(h.header, "Connection")
	return true
}

// hasOption looks for a name in comma-separated lists.
func hasOption(lists []string, name string) bool {
	for _, list := range lists {
		for option := range strings.SplitSeq(list, ",") {
			if strings.EqualFold(trimBlanks(option), name) {
				return true
			}
		}
	}
	return false
}

// contentLength reads Content-Length; it is negative when there is none. A server may say it several times if it says the same
// (RFC 9110, 8.6).
func (h *head) contentLength() (int64, error) {
	lengths := h.header["Content-Length"]
	if len(lengths) == 0 {
		return -1, nil
	}
	for _, other := range lengths[1:] {
		if other != lengths[0] {
			return 0, errLength
		}
	}
	h.header["Content-Length"] = lengths[:1:1]
	// ParseUint takes no sign, and with a base no underscores.
	n, err := strconv.ParseUint(lengths[0], 10, 63)
	if err != nil {
		return 0, errLength
	}
	return int64(n), nil
}

// isChunked reads Transfer-Encoding, which we have asked for none of: so it is the one that everybody must know (RFC 9112, 6.1).
// HTTP/1.0 knows none at all.
func (h *head) isChunked() (bool, error) {
	codings := h.header["Transfer-Encoding"]
	if len(codings) == 0 {
		return false, nil
	}
	delete(h.header, "Transfer-Encoding")
	if h.isOld || len(codings) > 1 || !strings.EqualFold(codings[0], "chunked") {
		return false, errTransfer
	}
	return true, nil
}

// announced are the names of the trailers that are to come. None of them may say where the message ends (RFC 9110, 6.5.1).
func (h *head) announced() (http.Header, error) {
	lists := h.header["Trailer"]
	if len(lists) == 0 {
		return nil, nil //nolint:nilnil // no trailers are a nil header, as in http.Response
	}
	delete(h.header, "Trailer")
	var trailer http.Header
	for _, list := range lists {
		for name := range strings.SplitSeq(list, ",") {
			name = http.CanonicalHeaderKey(strings.TrimSpace(name))
			switch name {
			case "":
				continue
			case "Transfer-Encoding", "Trailer", "Content-Length":
				return nil, errAnnounce
			}
			if trailer == nil {
				trailer = http.Header{}
			}
			trailer[name] = nil
		}
	}
	return trailer, nil
}
