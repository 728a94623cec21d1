package console_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
)

// A person looks at a running gateway: the numbers are those of the back end's log, a source opens to its connectors by
// keyboard, and a plan to its text.
func TestPageShowsWhatTheGatewayDoes(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	s := serve(t)
	for range 5 {
		s.ask(t, `query Staff { user(id: 7) { name boss { name } } hello }`)
	}
	p.do(chromedp.Navigate(s.admin), see("#link.live"), see(".state.ok"))
	calls, errors := p.text("tr.source td:nth-of-type(2)"), p.text("tr.source td:nth-of-type(3)")
	if made := strconv.Itoa(int(s.calls.Load())); calls != made || errors != "0" {
		t.Errorf("%s calls and %s errors are shown, the back end saw %s calls", calls, errors, made)
	}
	p.do(chromedp.Focus(chromedp.CSS(".expand")), chromedp.KeyEvent(" "), see(".connectors"))
	connectors := p.text(".connectors")
	if !strings.Contains(connectors, "staff:User.boss[0]") || !strings.Contains(connectors, "GET /users/{$this.bossId}") {
		t.Errorf("the connectors are\n%s", connectors)
	}
	p.do(chromedp.Click(chromedp.CSS(".plan summary")), see(".plan pre"))
	if plan := p.text(".plan pre"); !strings.Contains(plan, "query Staff") || !strings.Contains(plan, "stage 2") {
		t.Errorf("the plan is\n%s", plan)
	}
	p.screenshot("console-light")
}

// A back end breaks while somebody watches: the page tells without being loaded again, and what was open stays open.
func TestPageTellsThatASourceFails(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	s := serve(t)
	s.ask(t, `{ user(id: 7) { name } }`)
	p.do(chromedp.Navigate(s.admin), see(".state.ok"), chromedp.Click(chromedp.CSS(".expand")), see(".connectors"))
	s.broken.Store(true)
	for range 3 {
		s.ask(t, `{ user(id: 7) { name } }`)
	}
	p.do(see(".state.failing"), see(".connectors"))
	if facts := p.text(".details .facts"); !strings.Contains(facts, "CONNECTOR_FETCH 3") {
		t.Errorf("the facts are\n%s", facts)
	}
	p.dark()
	p.screenshot("console-failing-dark")
	p.do(chromedp.EmulateViewport(400, 900))
	p.screenshot("console-failing-narrow")
}

// A change with errors is told while somebody watches, and not any more when what is served stands in the files again.
func TestPageTellsThatAChangeWasRefused(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	s := serve(t)
	p.do(chromedp.Navigate(s.admin), see("#link.live"))
	reload := func(text string, want server.Outcome) {
		t.Helper()
		d := s.definition
		d.Documents = []sdl.Input{{File: "staff.graphql", Text: text}}
		if got, diags := s.gateway.Reload(t.Context(), d); got != want {
			t.Fatalf("%v: %v", got, diags)
		}
	}
	reload("type Query { hello: Strin }", server.Refused)
	p.do(see("#refused:not([hidden])"))
	if told := p.text("#refused"); !strings.Contains(told, "staff.graphql:1:21") || !strings.Contains(told, "Strin") {
		t.Errorf("the page tells\n%s", told)
	}
	p.screenshot("console-refused")
	reload(document, server.Unchanged)
	p.do(chromedp.WaitNotVisible(chromedp.CSS("#refused")))
}

// When the server does not answer any more the page says so.
func TestPageTellsThatTheServerIsGone(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	s := serve(t)
	var isGone atomic.Bool
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isGone.Load() {
			// Not an error status: the browser itself would complain of that.
			_, _ = w.Write([]byte("<html>"))
			return
		}
		s.handler.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	p.do(chromedp.Navigate(front.URL), see("#link.live"))
	isGone.Store(true)
	p.do(see("#link.lost"))
	if told := p.text("#link"); !strings.HasPrefix(told, "no connection") {
		t.Errorf("the page says %q", told)
	}
}
