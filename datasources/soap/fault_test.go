package soap

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/datasources"
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
