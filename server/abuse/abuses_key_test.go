package abuse_test

import (
	"fmt"
	"strings"
)

// keyAbuses show API keys that are none.
func (g *guarded) keyAbuses() []abuse {
	key := func(text string) sending { return intruding("X-Api-Key: " + text) }
	parts := strings.Split(g.key, "_")
	secret := "hostileSecret" + strings.Repeat("0", 30)
	return []abuse{
		{name: "nothing", send: key(""), status: denied},
		{name: "a word", send: key("hostileSecret"), status: denied},
		{name: "a wrong check sum", send: key(g.key[:len(g.key)-1] + "!"), status: denied},
		{name: "a wrong secret", send: key(keyOf(parts[1], secret)), status: denied},
		{name: "a wrong id", send: key(keyOf("hostile00000", secret)), status: denied},
		{name: "two keys", send: intruding("X-Api-Key: "+g.key, "X-Api-Key: "+g.key), status: bad, code: malformed},
		{name: "two keys in one", send: key(g.key + "," + g.key), status: denied},
		{name: "two keys at two places", send: intruding("X-Api-Key: "+g.key, "Authorization: Bearer "+g.key), status: bad, code: malformed},
		{name: "bytes that are no text", send: key("weft_\xff\xfe"), status: denied},
		{name: "digits of another script", send: key(strings.Replace(keyOf("hostile00000", secret), "0", "٠", 1)), status: denied},
		{name: "60 KB", send: key("weft_" + strings.Repeat("hostileSecret", 4600)), status: denied},
		{name: "60 KB of underscores", send: key(strings.Repeat("_", 60_000)), status: denied},
		{name: "bearer, a wrong check sum", send: bearing(g.key + "0"), status: denied},
		{name: "bearer, 60 KB", send: bearing("weft_" + strings.Repeat("hostileSecret", 4600)), status: denied},
		{name: "500 of them", send: intruding(strings.TrimSuffix(strings.Repeat("X-Api-Key: hostileSecret\r\n", 500), "\r\n")), status: bad, code: malformed},
	}
}

// placeAbuses have a good token or key where none is looked for (RFC 6750, sections 2.2 and 2.3 among them): it leaks there, in logs and addresses.
func (g *guarded) placeAbuses() []abuse {
	const body = `{"query":"{ user(id: 666) { name } }"}`
	post := func(line string, header ...string) sending {
		return request("POST "+line, body, append([]string{contentJSON, acceptGraphQL}, header...)...)
	}
	cases := []abuse{
		{name: "the address", send: post("/graphql?access_token=" + g.token), status: denied},
		{name: "the address, of a key", send: post("/graphql?api_key=" + g.key + "&x-api-key=" + g.key), status: denied},
		{name: "the name of a user", send: post("http://" + g.key + ":x@localhost/graphql"), status: denied},
		{name: "the body", send: request("POST /graphql", `{"access_token":"`+g.token+`",`+body[1:], contentJSON, acceptGraphQL), status: denied},
		{name: "extensions", send: request("POST /graphql", `{"extensions":{"authorization":"Bearer `+g.token+`"},`+body[1:], contentJSON, acceptGraphQL), status: denied},
		{name: "a cookie", send: post("/graphql", "Cookie: Authorization=Bearer "+g.token+"; access_token="+g.token+"; x-api-key="+g.key), status: denied},
		{name: "a trailer", send: request("POST /graphql", fmt.Sprintf("%x\r\n%s\r\n0\r\nAuthorization: Bearer %s\r\n\r\n", len(body), body, g.token),
			contentJSON, acceptGraphQL, "Transfer-Encoding: chunked", "Trailer: Authorization"), status: denied},
	}
	for _, name := range []string{
		"Proxy-Authorization", "X-Authorization", "X-Forwarded-Authorization", "Authentication", "X-Access-Token", "Authorization_", "X-Auth-Request-Access-Token", "X_Api_Key", "Api-Key",
	} {
		cases = append(cases, abuse{name: name, send: post("/graphql", name+": Bearer "+g.token, "Weft-"+name+": "+g.key), status: denied})
	}
	return append(cases, abuse{name: "the protocol of a WebSocket", send: socketBy(
		strings.Replace(handshake, "graphql-transport-ws", "graphql-transport-ws, Bearer, "+g.token, 1), message(initial)), status: forbidden})
}

// initAbuses begin WebSockets with odd credentials. What is none of a header's values is none at all.
func (g *guarded) initAbuses() []abuse {
	begun := func(payload string) sending {
		return socket(message(`{"type":"connection_init","payload":`+payload+`}`), subscribe("1", "{ user(id: 666) { name } }"))
	}
	cases := []abuse{
		{name: "a word", send: begun(`"Bearer ` + g.token + `"`), status: unknown},
		{name: "a list", send: begun(`["authorization","Bearer ` + g.token + `"]`), status: unknown},
	}
	for name, payload := range map[string]string{
		"nothing":                   `null`,
		"a token that is a list":    `{"authorization":["Bearer ` + g.token + `"]}`,
		"a token that is an object": `{"authorization":{"toString":"Bearer ` + g.token + `"}}`,
		"a token that is a number":  `{"authorization":1e308,"x-api-key":7}`,
		"a token with lines":        `{"authorization":"Bearer ` + g.token + `\r\nX-Api-Key: ` + g.key + `"}`,
		"a token with a NUL":        `{"authorization":"Bearer ` + g.token + `\u0000"}`,
		"a bad token":               `{"authorization":"Bearer hostileSecret"}`,
		"a bad key":                 `{"x-api-key":"hostileSecret"}`,
		"a good one and a bad one":  `{"authorization":"Bearer ` + g.token + `","headers":{"AUTHORIZATION":"Bearer hostileSecret"}}`,
		"a good one and a bad key":  `{"authorization":"Bearer ` + g.token + `","headers":{"x-api-key":"hostileSecret"}}`,
		"a token deep inside":       `{"headers":{"headers":{"authorization":"Bearer ` + g.token + `"}}}`,
		"a token in a prototype":    `{"__proto__":{"authorization":"Bearer ` + g.token + `"}}`,
		"another name":              `{"token":"` + g.token + `","authToken":"` + g.token + `","apiKey":"` + g.key + `"}`,
		"60 KB":                     `{"authorization":"Bearer ` + strings.Repeat("hostileSecret", 4600) + `"}`,
		"900 KB":                    `{"authorization":"Bearer ` + strings.Repeat("hostileSecret", 69_000) + `"}`,
		"10,000 members":            `{` + each(10_000, `"%d":"hostileSecret",`) + `"authorization":"Bearer hostileSecret"}`,
		"10,000 tokens":             `{` + strings.Repeat(`"authorization":"Bearer hostileSecret",`, 10_000) + `"x":1}`,
	} {
		cases = append(cases, abuse{name: name, send: begun(payload), status: forbidden})
	}
	return cases
}
