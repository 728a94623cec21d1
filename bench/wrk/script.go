package wrk

import (
	"fmt"
	"strings"
)

// script returns the Lua that sends the bodies in turn. They are made beforehand: what
// the load costs is not to depend on them.
func script(path string, bodies []string) string {
	var b strings.Builder
	b.WriteString("wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\n")
	if len(bodies) == 1 {
		fmt.Fprintf(&b, "wrk.body = %s\n", quote(bodies[0]))
	} else {
		b.WriteString("local made, i = {}, 0\nfunction init(args)\n")
		for i, body := range bodies {
			fmt.Fprintf(&b, "  made[%d] = wrk.format('POST', %s, nil, %s)\n", i, quote(path), quote(body))
		}
		fmt.Fprintf(&b, "end\nfunction request()\n  i = (i + 1) %% %d\n  return made[i]\nend\n", len(bodies))
	}
	b.WriteString(`function done(s, l, r)
  local e = s.errors
  print(string.format('` + mark + `%d %d %d %d %d', s.requests, s.duration, l:percentile(50), l:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
`)
	return b.String()
}

// quote writes a Lua string in long brackets, of a level that does not occur in it.
func quote(s string) string {
	level := ""
	for strings.Contains(s, "]"+level+"]") {
		level += "="
	}
	return "[" + level + "[" + s + "]" + level + "]"
}
