package playground_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"go.uber.org/zap"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/playground"
)

// gateway serves the shop with its playground.
type gateway struct {
	url     string
	handler http.Handler
	shop    *shop.Running
}

func serveShop(t *testing.T, expose server.Exposure) *gateway {
	t.Helper()
	running, err := shop.Start(t.Context(), shop.Options{Latency: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = running.Close() })
	settings := &config.Config{Sources: map[string]config.Source{}, Authorization: graph.Authorization{Off: true}}
	for name, address := range running.Overrides() {
		settings.Sources[name] = config.Source{OverrideURL: address}
	}
	documents, diags := sdl.Load([]string{filepath.Join("..", "..", "examples", "shop", "schema")})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	g, diags := server.Open(t.Context(), server.Definition{Documents: documents, Config: settings})
	if g == nil {
		t.Fatal(diags)
	}
	handler := g.Handler(zap.NewNop(), expose)
	web := httptest.NewServer(handler)
	t.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
		g.Close()
	})
	return &gateway{url: web.URL, handler: handler, shop: running}
}

func shopQueries(t *testing.T) []playground.Query {
	t.Helper()
	folder, err := shop.QueryFiles()
	if err != nil {
		t.Fatal(err)
	}
	queries, err := playground.LoadQueries(folder)
	if err != nil {
		t.Fatal(err)
	}
	return queries
}

// open loads the playground and waits for its editors.
func (p *tab) open(url string) {
	p.t.Helper()
	p.do(
		chromedp.Navigate(url),
		see(".graphiql-query-editor .view-line"),
		see(".graphiql-response .monaco-editor"),
	)
}

// run chooses the tab of an operation, presses the button and waits for the answer's plan.
func (p *tab) run(operation string) {
	p.t.Helper()
	p.do(
		press(fmt.Sprintf(`.graphiql-tab-button[title=%q]`, operation)),
		see(fmt.Sprintf(`.graphiql-tab-active .graphiql-tab-button[title=%q]`, operation)),
		chromedp.Click(chromedp.CSS(".graphiql-execute-button")),
		see(".graphiql-response .view-line .mtk1, .graphiql-response .view-line [class^=mtk]"),
	)
}

// A person runs prepared queries and looks at how their answers came about.
func TestPlanAndWaterfallOfTheLastAnswerAreShown(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	g := serveShop(t, server.Exposure{Explain: true, Queries: shopQueries(t)})
	p.look(1600, 1000, "light")
	p.open(g.url)
	p.run("MyAccount")
	p.do(see(".weft-card"))
	cards := p.texts(".weft-card")
	if len(cards) != 6 || !strings.Contains(cards[0], "REST") || !strings.Contains(cards[0], "GET /users/{$args.id}") ||
		!strings.Contains(cards[1], "1 call, predicted 0–1") || !strings.Contains(cards[2], "gRPC") || !strings.Contains(cards[5], "SOAP") {
		t.Errorf("the plan's cards are\n%s", strings.Join(cards, "\n"))
	}
	if answer := p.text(".graphiql-response .view-lines"); !strings.Contains(answer, "Wanda") || strings.Contains(answer, "extensions") {
		t.Errorf("the answer is shown as\n%s", answer)
	}
	if summary := p.text(".weft-dock-summary"); !strings.HasPrefix(summary, "6 calls, predicted 1–6; cost ") || !strings.HasSuffix(summary, ", estimated 301") {
		t.Errorf("the summary is %q", summary)
	}
	p.screenshot("plan-1600-light")

	// By keyboard, as every row of tabs.
	p.do(chromedp.Focus(chromedp.CSS("#weft-tab-plan")), chromedp.KeyEvent(kb.ArrowRight), see(".weft-waterfall"))
	rows := p.texts(".weft-waterfall tbody tr")
	if len(rows) != 6 || !strings.Contains(rows[0], "GET /users/{$args.id}") || !strings.Contains(rows[0], "200") {
		t.Errorf("the waterfall's rows are\n%s", strings.Join(rows, "\n"))
	}
	if totals := p.text(".weft-totals"); !strings.HasPrefix(totals, "Calls made\n6\nPredicted\n1–6\n") {
		t.Errorf("the totals are\n%s", totals)
	}
	p.screenshot("waterfall-1600-light")

	for _, size := range [][2]int64{{1600, 1000}, {1280, 800}, {390, 844}} {
		for _, scheme := range []string{"light", "dark"} {
			p.look(size[0], size[1], scheme)
			p.do(press("#weft-tab-plan"), see(".weft-card"))
			p.screenshot(fmt.Sprintf("plan-%d-%s", size[0], scheme))
			p.do(press("#weft-tab-waterfall"), see(".weft-waterfall"))
			p.screenshot(fmt.Sprintf("waterfall-%d-%s", size[0], scheme))
		}
	}
	p.wantQuiet(g.url)
}

// One back end is gone: its call is red and has the error, the others are as they were.
func TestFailedCallsAreSeen(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	g := serveShop(t, server.Exposure{Explain: true, Queries: shopQueries(t)})
	if err := g.shop.Stop(shop.Billing); err != nil {
		t.Fatal(err)
	}
	p.look(1280, 800, "light")
	p.open(g.url)
	p.run("MyAccount")
	p.do(see(".weft-card strong.weft-bad"))
	p.screenshot("plan-failed")
	p.do(press("#weft-tab-waterfall"), see(".weft-failed"))
	failed := p.texts(".weft-failed")
	if len(failed) != 1 || !strings.Contains(failed[0], "shop.billing") || !strings.Contains(failed[0], "HTTP_CLIENT_ERROR") ||
		!strings.Contains(failed[0], " at user.orders.0.invoice") {
		t.Errorf("failed calls: %q", failed)
	}
	p.screenshot("waterfall-failed")
	p.wantQuiet(g.url)
}

// A server that explains nothing says so, before and after an operation, and is not asked to.
func TestExplanationsThatAreNotAllowedAreNotAskedFor(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	g := serveShop(t, server.Exposure{Queries: shopQueries(t)})
	p.look(1280, 800, "dark")
	p.open(g.url)
	p.run("Search")
	if told := p.text(".weft-dock-body"); !strings.HasPrefix(told, "This server keeps plans and calls to itself") {
		t.Errorf("the pane says %q", told)
	}
	p.screenshot("not-allowed")
	p.wantQuiet(g.url)
}

// A query whose tab was closed is still to be had, and plan and waterfall are those of the tab that is shown.
func TestPreparedQueriesAreListed(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	g := serveShop(t, server.Exposure{Explain: true, Queries: shopQueries(t)})
	p.look(1280, 800, "light")
	p.open(g.url)
	p.run("Catalogue")
	p.do(see(".weft-card"))
	p.do(press(`button[aria-label="Show Prepared Queries"]`), see(".weft-prepared"), press(".weft-prepared li:last-child button"),
		see(`.graphiql-tab-active .graphiql-tab-button[title="Me"]`))
	if told := p.text(".weft-dock-body"); told != "Run an operation to see its plan." {
		t.Errorf("the pane of a tab without an answer says %q", told)
	}
	p.screenshot("prepared")
	for _, pane := range []string{"Documentation Explorer", "GraphiQL Explorer", "History"} {
		p.do(press(fmt.Sprintf(`button[aria-label="Show %s"]`, pane)), see(".graphiql-plugin > *"))
		p.screenshot("pane-" + strings.ToLower(strings.ReplaceAll(pane, " ", "-")))
	}
	p.wantQuiet(g.url)
}
