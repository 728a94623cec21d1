package server

import (
	"cmp"
	"net/http"
	"sync/atomic"

	"github.com/weftgraph/weft/server/config"
)

// DefaultHealthPath is the path of health checks.
const DefaultHealthPath = "/health"

// healthPath is the path of the health checks, empty when there are none.
func healthPath(h config.Health) string {
	if h.Off {
		return ""
	}
	return cmp.Or(h.Path, DefaultHealthPath)
}

// health answers the checks of orchestrators. The listener opens only when the first generation is ready, so that whoever
// is answered at all is answered by a server that works, until it drains.
type health struct{ draining atomic.Bool }

// any answers the check that the query names, which is the only part of it.
func (h *health) any(w http.ResponseWriter, r *http.Request) {
	if r.URL.RawQuery == "ready" {
		h.ready(w, r)
		return
	}
	h.live(w, r)
}

func (h *health) live(w http.ResponseWriter, _ *http.Request) {
	answerHealth(w, http.StatusOK, `{"status":"UP"}`)
}

func (h *health) ready(w http.ResponseWriter, _ *http.Request) {
	if h.draining.Load() {
		answerHealth(w, http.StatusServiceUnavailable, `{"status":"DOWN"}`)
		return
	}
	answerHealth(w, http.StatusOK, `{"status":"UP"}`)
}

func answerHealth(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", mediaJSON)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body)) // a prober that went away needs no answer
}
