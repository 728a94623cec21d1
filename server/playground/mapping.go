package playground

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
)

// MapPath is the path at which the pane "Mapping" has mappings evaluated.
const MapPath = "/playground/map"

// Limits of one evaluation. Package mapping bounds its work, which can take longer than anybody waits.
const (
	maxTrialBytes    = 1 << 20 // of the request
	maxResultBytes   = 1 << 20 // of the result, and again of what is told about it
	maxTrialTime     = time.Second
	mediaTypeOfTrial = "application/json"
)

// Why a trial is not answered with an outcome.
var (
	errNotJSON  = errors.New(`the request must have the media type "application/json"`)
	errTooLarge = fmt.Errorf("mapping, input and variables are larger than %d MiB together", maxTrialBytes>>20)
	errTooSlow  = fmt.Errorf("the evaluation takes longer than %v", maxTrialTime)
	errResult   = fmt.Errorf("the result is larger than %d MiB", maxResultBytes>>20)
	errProblems = fmt.Errorf("the texts of the problems are larger than %d MiB", maxResultBytes>>20)
	errBroken   = errors.New("the evaluation broke off; this is a fault of the program")
)

// trials evaluates mappings for authors. It sees what is sent to it and nothing else: no variable of the process, no back end.
type trials struct {
	timeout time.Duration
	// running has an element while an evaluation is going on. There is one at a time, so that authors take one processor and
	// the memory of one result at most, however many there are.
	running chan struct{}
}

func newTrials(timeout time.Duration) *trials {
	return &trials{timeout: timeout, running: make(chan struct{}, 1)}
}

// mark is something to be said of a place in the mapping, or of no place.
type mark struct {
	Message string `json:"message"`
	// From 1, columns in runes; the end is exclusive. All are 0 when there is no place.
	Line      int `json:"line,omitzero"`
	Column    int `json:"column,omitzero"`
	EndLine   int `json:"endLine,omitzero"`
	EndColumn int `json:"endColumn,omitzero"`
}

// trialAnswer is what the pane gets: an error, or an outcome with perhaps warnings. web/src/mapping/trial.ts reads it.
type trialAnswer struct {
	Error *mark `json:"error,omitempty"`
	// Outcome is what mapping.Outcome.AppendJSON writes.
	Outcome  json.RawMessage `json:"outcome,omitempty"`
	Warnings []mark          `json:"warnings,omitempty"`
}

// ServeHTTP implements http.Handler. It answers POST of what mapping.ReadTrial reads.
func (t *trials) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Forms and scripts of other origins cannot send this type without asking first, and are not allowed to.
	if sent, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || sent != mediaTypeOfTrial {
		writeTrial(w, http.StatusUnsupportedMediaType, failed(errNotJSON))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxTrialBytes))
	if errors.As(err, new(*http.MaxBytesError)) {
		writeTrial(w, http.StatusRequestEntityTooLarge, failed(errTooLarge))
		return
	}
	if err != nil {
		return // the client is gone
	}
	trial, err := mapping.ReadTrial(body)
	if err != nil {
		writeTrial(w, http.StatusBadRequest, failed(err))
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), t.timeout)
	defer cancel()
	writeTrial(w, http.StatusOK, t.run(ctx, &trial))
}

// run waits for its turn, evaluates, and gives up when the time is over. An evaluation that nobody waits for any more goes on
// until its allowance is used up, and the next one waits for that.
func (t *trials) run(ctx context.Context, trial *mapping.Trial) trialAnswer {
	select {
	case t.running <- struct{}{}:
	case <-ctx.Done():
		return failed(errTooSlow)
	}
	done := make(chan trialAnswer, 1)
	go func() {
		defer func() {
			// Nobody else's requests end with a faulty evaluation.
			if recover() != nil {
				done <- failed(errBroken)
			}
			<-t.running
		}()
		done <- evaluate(trial)
	}()
	select {
	case answer := <-done:
		return answer
	case <-ctx.Done():
		return failed(errTooSlow)
	}
}

// evaluate tells what a trial came to.
func evaluate(t *mapping.Trial) trialAnswer {
	lines := diag.NewLines(t.Mapping)
	o, err := t.Run()
	var syntax *mapping.Error
	if errors.As(err, &syntax) {
		at := markAt(lines, syntax.Offset, syntax.End, syntax.Message)
		return trialAnswer{Error: &at}
	}
	if err == nil {
		err = printable(&o)
	}
	if err != nil {
		return failed(err)
	}
	return trialAnswer{Outcome: o.AppendJSON(nil), Warnings: warnings(o.Unknown, lines)}
}

// printable reports whether an outcome is small enough to be shown. Problems quote names that a mapping takes from its input.
func printable(o *mapping.Outcome) error {
	if o.Result.SizeUpTo(maxResultBytes) >= maxResultBytes {
		return errResult
	}
	size := 0
	for _, p := range o.Problems {
		size += len(p.Message) + len(p.Path)
	}
	if size >= maxResultBytes {
		return errProblems
	}
	return nil
}

// warnings marks the methods that do not exist, with the nearest that do.
func warnings(unknown []mapping.Mention, lines *diag.Lines) []mark {
	var found []mark
	for _, m := range unknown {
		text := "there is no method ->" + m.Name
		if nearest := diag.Nearest(m.Name, mapping.Methods()); nearest != "" {
			text += fmt.Sprintf("; did you mean ->%s?", nearest)
		}
		found = append(found, markAt(lines, m.Offset, m.End, text))
	}
	return found
}

func markAt(lines *diag.Lines, start, end int, message string) mark {
	at := lines.Span("", start, end)
	return mark{Message: message, Line: at.Line, Column: at.Column, EndLine: at.EndLine, EndColumn: at.EndColumn}
}

func failed(err error) trialAnswer { return trialAnswer{Error: &mark{Message: err.Error()}} }

func writeTrial(w http.ResponseWriter, status int, answer trialAnswer) {
	h := w.Header()
	protect(h)
	h.Set("Content-Type", mediaTypeOfTrial)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false) // the page shows the result as it stands in the answer
	if err := e.Encode(answer); err != nil {
		return // the client is gone: strings, numbers and JSON that we wrote ourselves cannot fail
	}
}
