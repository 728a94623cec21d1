package abuse_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/ratelimit"
)

// limitedServer lets each address ask once in an hour, and select Mutation.rename once.
func limitedServer(t *testing.T, trusted ...string) string {
	t.Helper()
	perIP := ratelimit.Rule{Name: "ip", Per: []ratelimit.Dimension{ratelimit.IP}, Limit: 1, Interval: time.Hour}
	settings := &config.Config{
		Batching:   config.Batching{Enabled: true},
		WebSocket:  config.WebSocket{ConnectionParams: []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip"}},
		RateLimits: ratelimit.Settings{Rules: []ratelimit.Rule{perIP}},
	}
	for _, text := range trusted {
		settings.ClientAddress.TrustedProxies = append(settings.ClientAddress.TrustedProxies, netip.MustParsePrefix(text))
	}
	return abusedServer(t, settings)
}

// Whatever a client says of where it comes from, and however it asks, it is the one that has asked before.
func TestClientsCannotTalkTheirWayAroundLimits(t *testing.T) {
	t.Parallel()
	address := limitedServer(t)
	if got := post(plain)(t, address); got == nil || got.status != ok {
		t.Fatalf("%+v", got)
	}
	for name, send := range tricks("") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refuses(t, send(t, address))
		})
	}
	for _, header := range []string{
		"X-Forwarded-For: 192.0.2.%d", "x-forwarded-for: 192.0.2.%d", "Forwarded: for=192.0.2.%d", "X-Real-IP: 192.0.2.%d", "True-Client-IP: 192.0.2.%d",
		"CF-Connecting-IP: 192.0.2.%d", "X-Client-IP: 192.0.2.%d", "Via: 1.1 192.0.2.%d", "X-Forwarded: for=192.0.2.%d", "Host: 192.0.2.%d",
		"X-Forwarded-For: 127.0.0.%d", "X-Forwarded-For: ::%d, 10.0.0.1",
	} {
		t.Run(header, func(t *testing.T) {
			t.Parallel()
			for i := range 5 {
				refuses(t, request("POST /graphql", plain, contentJSON, acceptGraphQL, fmt.Sprintf(header, i))(t, address))
			}
		})
	}
}

// Behind a proxy the address is the one that the proxy appends, whatever the client has written before.
func TestClientsOfProxiesCannotTalkTheirWayAroundLimits(t *testing.T) {
	t.Parallel()
	address := limitedServer(t, "127.0.0.1/32")
	const appended = "X-Forwarded-For: 192.0.2.1"
	if got := request("POST /graphql", plain, contentJSON, acceptGraphQL, appended)(t, address); got == nil || got.status != ok {
		t.Fatalf("%+v", got)
	}
	for name, send := range tricks(appended) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refuses(t, send(t, address))
		})
	}
	for _, written := range []string{
		"198.51.100.%d", "127.0.0.%d", "for=198.51.100.%d", `"198.51.100.%d`, "198.51.100.%d,", strings.Repeat("127.0.0.1,", 5000) + "%d", "[::%d", "\xff%d",
	} {
		t.Run(fmt.Sprintf("%.20s", written), func(t *testing.T) {
			t.Parallel()
			written = fmt.Sprintf(written, 7)
			for _, headers := range [][]string{
				{"X-Forwarded-For: " + written + ", 192.0.2.1"},
				{"X-Forwarded-For: " + written, appended},
				{"Forwarded: for=" + written, appended},
				{"X-Forwarded-For: " + written + ", 192.0.2.1:4711"},
				{"X-Forwarded-For: " + written + ", ::ffff:192.0.2.1"},
			} {
				refuses(t, request("POST /graphql", plain, append([]string{contentJSON, acceptGraphQL}, headers...)...)(t, address))
			}
		})
	}
}

// tricks are ways to ask. All have a header if it is not empty.
func tricks(header string) map[string]sending {
	with := func(headers ...string) []string {
		if header != "" {
			headers = append(headers, header)
		}
		return headers
	}
	return map[string]sending{
		"again":                      request("POST /graphql", plain, with(contentJSON)...),
		"another document":           request("POST /graphql", `{"query":"{ echo }"}`, with(contentJSON)...),
		"a GET":                      request("GET /graphql?query={__typename}", "", with("apollo-require-preflight: 1")...),
		"a batch":                    request("POST /graphql", "["+plain+"]", with(contentJSON)...),
		"a stream of events":         request("POST /graphql", plain, with(contentJSON, "Accept: text/event-stream")...),
		"parts":                      request("POST /graphql", plain, with(contentJSON, "Accept: multipart/mixed")...),
		"a form":                     request("POST /graphql", "query={__typename}", with("Content-Type: application/x-www-form-urlencoded", "apollo-require-preflight: 1")...),
		"by name":                    request("POST /graphql/sha256:0", "{}", with(contentJSON)...),
		"a body that is none":        request("POST /graphql", "{", with(contentJSON)...),
		"a document that is none":    request("POST /graphql", `{"query":"{"}`, with(contentJSON)...),
		"credentials":                request("POST /graphql", plain, with(contentJSON, "Authorization: Bearer x", "Cookie: a=b")...),
		"a WebSocket":                overSocket(header, "{}"),
		"a WebSocket from elsewhere": overSocket(header, `{"x-forwarded-for":"192.0.2.9","headers":{"X-Forwarded-For":"192.0.2.9"},"Forwarded":"for=192.0.2.9"}`),
	}
}

// overSocket asks over a WebSocket, which has a header if it is not empty, and a payload of connection_init. The status is that of no HTTP.
func overSocket(header, payload string) sending {
	return func(t *testing.T, address string) *reply {
		t.Helper()
		options := &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{}}
		if name, v, ok := strings.Cut(header, ": "); ok {
			options.HTTPHeader.Set(name, v)
		}
		conn, resp, err := websocket.Dial(t.Context(), "http://"+address+"/graphql", options)
		if resp != nil && resp.Body != nil {
			defer resp.Body.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.CloseNow() }()
		for _, text := range []string{
			`{"type":"connection_init","payload":` + payload + `}`, `{"id":"1","type":"subscribe","payload":{"query":"{ __typename }"}}`,
		} {
			if err := conn.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
				t.Fatal(err)
			}
		}
		last := &reply{status: overNoHTTP}
		for !strings.Contains(last.body, `"id":"1"`) {
			_, text, err := conn.Read(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			last.body = string(text)
		}
		return last
	}
}

// overNoHTTP is the status of what has none.
const overNoHTTP = 1000

// refuses checks that a reply is that of the limit.
func refuses(t *testing.T, got *reply) {
	t.Helper()
	if got == nil || !strings.Contains(got.body, `"RATE_LIMITED"`) || got.status != overNoHTTP && got.status != http.StatusTooManyRequests {
		t.Errorf("%+v", got)
	}
}
