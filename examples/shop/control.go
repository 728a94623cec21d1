package shop

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// controlPath is where the switches are while the service runs.
const controlPath = "/__shop/"

// control serves the switches. They take forms, so that a plain curl -d works.
// Pages of other origins cannot press them through a visitor's browser.
func (s *Service) control() http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, e endpoint) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { e(r).send(w) })
	}
	handle("GET /__shop/{$}", describeControl)
	handle("GET /__shop/calls", s.showCalls)
	handle("DELETE /__shop/calls", s.forgetCalls)
	handle("POST /__shop/latency", s.switchLatency)
	handle("POST /__shop/fault", s.switchFault)
	handle("DELETE /__shop/fault", s.clearFaults)
	handle("DELETE /__shop/streams", s.cutStreams)
	handle("POST /__shop/stop", s.stopBackend)
	handle("POST /__shop/start", s.startBackend)
	handle(controlPath, func(r *http.Request) reply {
		return failure(http.StatusNotFound, codeNotFound,
			"there is no switch %s %s; GET %s lists them", r.Method, r.URL.Path, controlPath)
	})
	return http.NewCrossOriginProtection().Handler(mux)
}

func describeControl(r *http.Request) reply {
	base := "http://" + r.Host + "/__shop"
	return reply{
		status: http.StatusOK,
		header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
		body: fmt.Appendf(nil, `The shop's back door. What would you like to go wrong?

  curl %[1]s/calls                                        the calls so far
  curl -X DELETE %[1]s/calls                              forget them
  curl -d value=200ms %[1]s/latency                       every answer waits (0 ends it)
  curl -d target=/orders -d status=503 %[1]s/fault        orders fail
  curl -d target=/reviews -d delay=2s %[1]s/fault         reviews are slow
  curl -d 'target=GET /users/{id}' -d damage=cut -d times=1 %[1]s/fault
  curl -d target=/orders %[1]s/fault                      orders work again
  curl -d target=/shipping.v1.Shipping -d status=503 %[1]s/fault    gRPC answers UNAVAILABLE
  curl -d target=/billing/GetInvoices -d status=500 %[1]s/fault    SOAP answers with a Fault
  curl -X DELETE %[1]s/fault                              everything works again
  curl -X DELETE %[1]s/streams                            streams are cut, those by gRPC, too
  curl -d backend=billing %[1]s/stop                      nobody listens there any more
  curl -d backend=billing %[1]s/start                     and again somebody does

damage is one of %[2]q; bytes is the size of a huge answer.
backend is one of %[3]q.
`, base, damages(), switchable()),
	}
}

func (s *Service) showCalls(*http.Request) reply {
	type call struct {
		Backend    Backend  `json:"backend"`
		Method     string   `json:"method"`
		Path       string   `json:"path"`
		Keys       []string `json:"keys,omitempty"`
		Status     int      `json:"status"`
		Code       string   `json:"code,omitempty"`
		StartMS    float64  `json:"startMs"`
		DurationMS float64  `json:"durationMs"`
	}
	calls := s.Calls()
	shown := make([]call, 0, len(calls))
	for _, c := range calls {
		shown = append(shown, call{
			c.Backend, c.Method, c.Path, c.Keys, c.Status, c.Code, milliseconds(c.Start), milliseconds(c.Duration),
		})
	}
	return answer(http.StatusOK, struct {
		Calls []call `json:"calls"`
	}{shown})
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (s *Service) forgetCalls(*http.Request) reply {
	s.ResetCalls()
	return done()
}

func (s *Service) switchLatency(r *http.Request) reply {
	latency, err := time.ParseDuration(r.FormValue("value"))
	if err != nil {
		return badRequest(fmt.Errorf("expected a duration like value=200ms: %w", err))
	}
	s.SetLatency(latency)
	return done()
}

func (s *Service) switchFault(r *http.Request) reply {
	f, err := readFault(r)
	if err != nil {
		return badRequest(err)
	}
	if err := s.SetFault(r.FormValue("target"), f); err != nil {
		return badRequest(err)
	}
	return done()
}

func (s *Service) clearFaults(*http.Request) reply {
	s.ClearFaults()
	return done()
}

func (s *Service) cutStreams(*http.Request) reply {
	s.CutStreams()
	return done()
}

func (s *Service) stopBackend(r *http.Request) reply {
	b, err := readBackend(r)
	if err != nil {
		return badRequest(err)
	}
	if err := s.Stop(b); err != nil {
		return badRequest(err)
	}
	return done()
}

func (s *Service) startBackend(r *http.Request) reply {
	b, err := readBackend(r)
	if err != nil {
		return badRequest(err)
	}
	if err := s.Resume(r.Context(), b); err != nil {
		return badRequest(err)
	}
	return done()
}

// switchable lists the back ends that the door can stop: it is part of the REST
// service and would shut itself.
func switchable() []Backend { return []Backend{Shipping, Billing} }

func readBackend(r *http.Request) (Backend, error) {
	b := Backend(r.FormValue("backend"))
	if !slices.Contains(switchable(), b) {
		return "", fmt.Errorf("expected backend to be one of %q but got %q", switchable(), b)
	}
	return b, nil
}

// readFault reads a fault from a form whose fields are named like those of
// [Fault], in lower case.
func readFault(r *http.Request) (Fault, error) {
	f := Fault{Damage: Damage(r.FormValue("damage"))}
	var size int
	for _, field := range []struct {
		name string
		into *int
	}{{"status", &f.Status}, {"times", &f.Times}, {"bytes", &size}} {
		text := r.FormValue(field.name)
		if text == "" {
			continue
		}
		number, err := strconv.Atoi(text)
		if err != nil {
			return Fault{}, fmt.Errorf("expected an integer for %q but got %q", field.name, text)
		}
		*field.into = number
	}
	f.Bytes = int64(size)
	if text := r.FormValue("delay"); text != "" {
		delay, err := time.ParseDuration(text)
		if err != nil {
			return Fault{}, fmt.Errorf("expected a duration like delay=2s: %w", err)
		}
		f.Delay = delay
	}
	return f, nil
}

// done is the answer to a switch that was pressed.
func done() reply { return reply{status: http.StatusOK, header: make(http.Header)} }
