package playground_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/weftgraph/weft/server"
)

// seeInAnswer waits for a text in the answer that is shown.
func (p *tab) seeInAnswer(text string) {
	p.t.Helper()
	script := fmt.Sprintf(`document.querySelector(".graphiql-response .view-lines")?.innerText.replaceAll("\u00a0", " ").includes(%q)`, text)
	if _, err := chromedp.Run(p.ctx, chromedp.Poll[bool](script)); err != nil {
		p.t.Fatalf("%q: %v", text, err)
	}
}

// A person follows the reviews of the shop: each event takes the place of the one before, and has a plan and calls as answers have.
func TestSubscriptionsShowEachEvent(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	g := serveShop(t, server.Exposure{Explain: true, Queries: shopQueries(t)})
	p.look(1600, 1000, "light")
	p.open(g.url)
	p.run("NewReviews")
	p.seeInAnswer(`"500"`)
	p.do(see(".weft-card"))
	cards := p.texts(".weft-card")
	if len(cards) == 0 || !strings.Contains(cards[0], "GET /reviews/events") {
		t.Errorf("the plan's cards are\n%s", strings.Join(cards, "\n"))
	}
	const mutation = `{"query":"mutation { placeReview(input: { sku: \"COF-002\", authorId: \"1\", rating: 5, title: \"Seen at once\", body: \"b\" }) { id } }"}`
	resp, err := http.Post(g.url+"/graphql", "application/json", strings.NewReader(mutation))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	p.seeInAnswer("Seen at once")
	p.screenshot("subscription-1600-light")
	p.do(press("#weft-tab-waterfall"), see(".weft-waterfall"))
	if rows := p.texts(".weft-waterfall tbody tr"); len(rows) < 2 {
		t.Errorf("the waterfall's rows are\n%s", strings.Join(rows, "\n"))
	}
	p.screenshot("subscription-waterfall-1600-light")
	// The button ends it.
	p.do(chromedp.Click(chromedp.CSS(".graphiql-execute-button")), see(`.graphiql-execute-button[aria-label^="Execute"]`))
	p.wantQuiet(g.url)
}

// A person follows a parcel: a stream by gRPC, which the plan shows, and which ends by itself when the parcel is delivered.
func TestAStreamByGRPCIsFollowedToItsEnd(t *testing.T) {
	t.Parallel()
	p := openTab(t)
	g := serveShop(t, server.Exposure{Explain: true, Queries: shopQueries(t)})
	p.look(1600, 1000, "light")
	p.open(g.url)
	p.run("FollowParcel")
	p.seeInAnswer("Out for delivery")
	p.do(see(".weft-card"))
	if cards := p.text(".weft-card"); !strings.Contains(cards, "WatchShipment") || !strings.Contains(cards, "GetInvoices") {
		t.Errorf("the plan's cards are\n%s", cards)
	}
	p.screenshot("parcel-1600-light")
	p.seeInAnswer(`"Delivered"`)
	p.seeInAnswer(`"status": "DELIVERED"`)
	p.do(see(`.graphiql-execute-button[aria-label^="Execute"]`)) // it has ended
	p.do(press("#weft-tab-waterfall"), see(".weft-waterfall"))
	p.screenshot("parcel-waterfall-1600-light")
	p.wantQuiet(g.url)
}
