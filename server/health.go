package server

import (
	"net/http"
	"sync/atomic"
)

// health answers the checks of orchestrators. The listener opens only when the first generation is ready, so that whoever
// is answered at all is answered by a server that works, until it drains.
type health struct{ draining atomic.Bool }

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
