package soap

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// faultOf is the `soap` of the error that a Fault becomes.
func faultOf(t *testing.T, reply string) string {
	t.Helper()
	_, err := replyTo(t, getStock, reply)
	var failed *datasources.Error
	if !errors.As(err, &failed) {
		t.Fatalf("got %v", err)
	}
	return failed.Extensions.Get("soap").String()
}

// Who runs the gateway finds in its log what clients are not told: what a Fault says, unless the author's mapping words it, and what stands in
// the way of reading an error's page.
func TestCausesOfFailuresAreForTheLog(t *testing.T) {
	t.Parallel()
	const silent = `<S:Fault><faultcode>S:Server</faultcode><faultstring>ORA-01017: no such user</faultstring></S:Fault>`
	for name, c := range map[string]struct {
		status            int
		body, words, want string
	}{
		"a Fault":          {500, wrap(silent), "", "operation getStock: Fault Server: ORA-01017: no such user"},
		"a worded Fault":   {500, wrap(silent), "$.faultstring", ""},
		"a Fault with 200": {200, wrap(silent), "", "operation getStock: Fault Server: ORA-01017: no such user"},
		"a Fault of PHP": {
			500, wrap(`<S:Fault><faultcode xmlns:ns1="">ns1:s:Server</faultcode><faultstring>ORA-01017: no such user</faultstring></S:Fault>`), "",
			"operation getStock: Fault Server: ORA-01017: no such user",
		},
		"a page":  {502, "<!DOCTYPE html><html>Bad gateway</html>", "", "operation getStock: the reply of status 502 cannot be read: this is an HTML page, and no XML, at byte 0"},
		"nothing": {503, "", "", ""},
	} {
		s := getStock
		s.change = func(_ *datasources.Settings, connector *datasources.Connector) {
			connector.ErrorsMessage = parse(t, c.words)
		}
		shape := anyShape()
		s.address = answer(t, c.status, "text/xml", c.body)
		_, err := call(t.Context(), t, s.fetcher(t, shape), shape, &mapping.Env{})
		var failed *datasources.Error
		if !errors.As(err, &failed) {
			t.Fatalf("%s: got %v", name, err)
		}
		got := ""
		if failed.Cause != nil {
			got = failed.Cause.Error()
		}
		if got != c.want || strings.Contains(failed.Message+failed.Extensions.String(), "ORA") == (c.words == "") {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestCodesOfFaultsAreShownWithinBounds(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300)
	want := `{"faultcode":"` + long[:256] + `…"}`
	if d := cmp.Diff(want, faultOf(t, wrap(`<S:Fault><faultcode>S:`+long+`</faultcode><faultstring>no</faultstring></S:Fault>`))); d != "" {
		t.Error(d)
	}
	const subcodes = 20
	var before, after strings.Builder
	for i := range subcodes {
		fmt.Fprintf(&before, `<s:Subcode><s:Value>c%d</s:Value>`, i)
		after.WriteString(`</s:Subcode>`)
	}
	got := faultOf(t, `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value>`+
		before.String()+after.String()+`</s:Code></s:Fault></s:Body></s:Envelope>`)
	if !strings.HasPrefix(got, `{"faultcode":"Sender","faultsubcodes":["c0",`) || !strings.HasSuffix(got, `"c15"]}`) {
		t.Errorf("got %s", got)
	}
}
