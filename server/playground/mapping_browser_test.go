package playground_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/playground"
)

// serveMappings serves the shop, and evaluates mappings.
func serveMappings(t *testing.T) string {
	t.Helper()
	g := serveShop(t, server.Exposure{Explain: true, Queries: shopQueries(t)})
	mux := http.NewServeMux()
	mux.Handle("POST "+playground.MapPath, playground.New(playground.Options{Explain: true}))
	mux.Handle("/", g.handler)
	web := httptest.NewServer(mux)
	t.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	return web.URL
}

// write replaces the text of one of the pane's editors.
func (p *tab) write(part, text string) {
	p.t.Helper()
	field := fmt.Sprintf(".weft-part-%s :is(textarea, .native-edit-context)", part)
	p.do(chromedp.Focus(chromedp.CSS(field)), chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	if _, err := chromedp.Call(p.ctx, input.InsertText, input.InsertTextParams{Text: text}); err != nil {
		p.t.Fatal(err)
	}
	// The editor closes quotes and brackets that are typed.
	p.do(
		chromedp.KeyEvent(kb.End, chromedp.KeyModifiers(chromedp.ModifierCtrl, chromedp.ModifierShift)),
		chromedp.KeyEvent(kb.Delete),
	)
}

// choose chooses an example of the pane.
func (p *tab) choose(example int) {
	p.t.Helper()
	const script = `const list = document.querySelector(".weft-mapping-bar select");
		list.value = "%d"; list.dispatchEvent(new Event("change", { bubbles: true }));`
	p.waitFor(fmt.Sprintf(`(() => { %s return true; })()`, fmt.Sprintf(script, example)))
}

// wantText waits until a part of the page has a text.
func (p *tab) wantText(selector, text string) {
	p.t.Helper()
	// The editor writes its spaces as unbreakable ones.
	script := fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.innerText.replaceAll("\u00a0", " ").includes(%q))`, selector, text)
	p.waitFor(script)
}

// waitFor waits until an expression is true in the page.
func (p *tab) waitFor(script string) {
	p.t.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Poll[bool](script, chromedp.WithPollingTimeout(15*time.Second))); err != nil {
		p.screenshot("mapping-failed")
		p.t.Fatal(script, err)
	}
}

// A person tries a mapping: what is wrong is underlined and told with its place, what is missing is told from null, and a link
// brings another person to the same state.
func TestMappingsAreTriedInThePage(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	url := serveMappings(t)
	p.look(1600, 1000, "light")
	p.open(url)
	p.do(press("#weft-tab-mapping"), see(".weft-part-mapping .view-line"))
	p.wantText(".weft-part-result .view-lines", `"city": "Oslo"`)
	p.wantText(".weft-problems h4", "No problems")
	for i, title := range p.texts(".weft-mapping-bar label:first-child option:not([hidden])") {
		p.choose(i)
		p.waitFor(`document.querySelector(".weft-outcome[data-current=true]") !== null`)
		if refused := p.text(".weft-refusal"); refused != "" {
			t.Errorf("%s: %s", title, refused)
		}
	}
	p.wantText(".weft-part-result .view-lines", `"missingOnly": null`)
	p.wantText(".weft-problems li", "Property .text not found in object at text")

	p.write("input", `{"n": 12345678901234567890, "x": null}`)
	p.write("vars", `{"args": {"id": 7}}`)
	p.write("mapping", "n id: $args.id")
	p.wantText(".weft-part-result .view-lines", `"n": 12345678901234567890`)
	p.wantText(".weft-part-result .view-lines", `"id": 7`)
	p.write("mapping", "$.y")
	p.wantText(".weft-nothing", "nothing (MISSING)")
	p.screenshot("mapping-missing")
	p.write("mapping", "$.n->frist")
	p.wantText(".weft-problems li", "did you mean ->first? line 1, column 6")
	p.do(see(".weft-part-mapping .squiggly-warning"))
	p.write("mapping", "a: \"ü\" ]")
	p.wantText(".weft-refusal", "Mapping line 1, column 8: ")
	p.do(see(".weft-part-mapping .squiggly-error"))
	p.screenshot("mapping-error")
	p.write("input", `{"n": }`)
	p.wantText(".weft-refusal", "Input line 1, column 7: value expected")
	p.write("input", "")
	p.write("mapping", `$($ ?? "a link")`)
	p.do(press(".weft-link button"))
	shared, err := chromedp.Run(p.ctx, chromedp.Evaluate[string]("location.href"))
	if err != nil || !strings.HasPrefix(shared, url+"/#mapping=") {
		t.Fatal(shared, err)
	}
	p.wantQuiet(url)
	for _, asked := range p.requests {
		if strings.Contains(asked, "mapping=") && !strings.HasPrefix(asked, url+"/#") {
			t.Errorf("the link was sent: %s", asked)
		}
	}

	other := openTab(t)
	other.look(1280, 800, "dark")
	other.open(shared)
	other.wantText(".weft-part-result .view-lines", `"a link"`)
	other.wantQuiet(url)
}

func TestTheMappingPaneFitsEveryPage(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	url := serveMappings(t)
	p.look(1600, 1000, "light")
	p.open(url)
	p.do(press("#weft-tab-mapping"), see(".weft-part-mapping .view-line"))
	p.choose(3)
	p.wantText(".weft-problems li", "Property .text not found in object at text")
	for _, size := range [][2]int64{{1600, 1000}, {1280, 800}, {390, 844}} {
		for _, scheme := range []string{"light", "dark"} {
			p.look(size[0], size[1], scheme)
			p.do(see(".weft-part-result .view-line"))
			p.screenshot(fmt.Sprintf("mapping-%d-%s", size[0], scheme))
		}
		wide, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]("document.documentElement.scrollWidth > innerWidth"))
		if err != nil || wide {
			t.Errorf("the page is wider than %d, %v", size[0], err)
		}
	}
	p.wantQuiet(url)
}
