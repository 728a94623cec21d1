//go:build !race

package soap

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/weftgraph/weft/graph/mapping"
)

// TestManyThingsOfACallerAreWrittenInNoTime: where a contract allows anything, a caller can name very many elements, attributes and namespaces.
func TestManyThingsOfACallerAreWrittenInNoTime(t *testing.T) {
	const many = 100_000
	list := func(item string) string {
		var b strings.Builder
		for i := range many {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strings.ReplaceAll(item, "#", fmt.Sprint(i)))
		}
		return b.String()
	}
	shapes := setup{wsdl: "shapes.wsdl", operation: "Draw", message: "$args"}
	anything := setup{wsdl: "encoded.wsdl", operation: "Old", message: "$args"}
	for name, c := range map[string]struct {
		setup

		args string
	}{
		"elements of a wildcard":         {shapes, `{"name":"a","{urn:x}b":[` + list("1") + `]}`},
		"names of a wildcard":            {shapes, `{"name":"a",` + list(`"{urn:x}b#":1`) + `}`},
		"namespaces of a wildcard":       {shapes, `{"name":"a",` + list(`"{urn:x#}b":1`) + `}`},
		"elements of an untyped element": {anything, `{"thing":{` + list(`"{urn:x#}b":1`) + `}}`},
		"attributes":                     {anything, `{"thing":{` + list(`"@a#":1`) + `}}`},
		"attributes with namespaces":     {anything, `{"thing":{` + list(`"@{urn:x#}a":1`) + `}}`},
	} {
		env := &mapping.Env{}
		env.Vars[mapping.Args] = parseValue(t, c.args)
		f := c.fetcher(t, anyShape())
		begin := time.Now()
		if _, err := f.Request(env); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s: it takes %v", name, took)
		}
	}
}
