package abuse_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/weftgraph/weft/server/ratelimit"
)

const denied = http.StatusUnauthorized

// Whatever somebody shows for credentials costs little, leads to no call, asks no issuer more than it has to, and tells nothing, neither in
// answers nor in logs. Honest callers go on meanwhile.
func TestAbusiveCredentials(t *testing.T) {
	// Not parallel: it measures the memory of the process.
	g := guardedServer(t)
	groups := []group{
		{"header", g.headerAbuses()},
		{"token", g.tokenAbuses()},
		{"claims", g.claimAbuses()},
		{"key", g.keyAbuses()},
		{"place", g.placeAbuses()},
		{"init", g.initAbuses()},
		{"flood", g.floods()},
	}
	for _, group := range groups {
		for i := range group.cases {
			a := &group.cases[i]
			a.send = g.quiet(a.send)
			if a.code == "" && a.status == denied {
				a.code = "UNAUTHENTICATED"
			}
		}
	}
	attack(t, g.address, 100, groups, g.honest()...)

	if n := g.fetched.Load(); n != 0 {
		t.Errorf("%d calls for those who are not let in", n)
	}
	if n := g.evil.Asked("keys") + g.evil.Asked("discovery") + g.evil.Asked(""); n != 0 {
		t.Errorf("an address out of a token was asked %d times", n)
	}
	g.log.mu.Lock()
	defer g.log.mu.Unlock()
	if len(g.log.leaks) > 0 {
		t.Errorf("the log tells secrets: %.1000s", g.log.leaks)
	}
	if g.log.infos > 20 {
		t.Errorf("attackers have written %d lines of the %d that are not for debugging alone", g.log.infos, g.log.lines)
	}
}

// A rule bounds what one address can have issuers be asked, whatever it shows.
func TestGuessersDoNotReachTheIssuerForLong(t *testing.T) {
	t.Parallel()
	g := guardedServer(t, ratelimit.Rule{
		Name: "guesses", Unit: ratelimit.Failures, Per: []ratelimit.Dimension{ratelimit.IP}, Limit: 20, Interval: time.Hour,
	})
	before := g.asked.Asked("introspection")
	refused := 0
	for c := range 4 {
		for _, got := range pipeline(t, g.address, c, 400, 4, func(i int) []string {
			return []string{fmt.Sprintf("Authorization: Bearer hostileSecret-%d", i)}
		}) {
			if got.status == http.StatusTooManyRequests {
				refused++
			}
		}
	}
	if asked := g.asked.Asked("introspection") - before; asked > 20 || refused < 380 {
		t.Errorf("the issuer was asked %d times, %d were refused", asked, refused)
	}
}

func bearing(token string) sending { return intruding("Authorization: Bearer " + token) }

func encoded(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// forged is a token with a header and claims, whose signature is none.
func forged(header, claims string) sending {
	return bearing(encoded(header) + "." + encoded(claims) + "." + encoded(strings.Repeat("s", 64)))
}

// claims are good claims for the issuer, as attackers make them up, with a member before them.
func (g *guarded) claims(member string) string {
	return claimsMark + member + `"iss":"` + g.signing.URL + `","sub":"root","aud":"shop","exp":9999999999}`
}

// headerAbuses are headers that nobody writes.
func (g *guarded) headerAbuses() []abuse {
	good := "Authorization: Bearer " + g.token
	const several = bad
	return []abuse{
		{name: "nothing", send: intruding("Authorization:"), status: denied},
		{name: "a scheme alone", send: intruding("Authorization: Bearer"), status: denied},
		{name: "a scheme and blanks", send: intruding("Authorization: Bearer        "), status: denied},
		{name: "no scheme", send: intruding("Authorization: " + g.token), status: denied},
		{name: "a scheme twice", send: intruding("Authorization: Bearer Bearer " + g.token), status: denied},
		{name: "another scheme", send: intruding("Authorization: Basic aG9zdGlsZTpob3N0aWxl"), status: denied},
		{name: "proofs", send: intruding("Authorization: DPoP "+g.token, "DPoP: "+g.token), status: denied},
		{name: "digests", send: intruding(`Authorization: Digest username="hostile", realm="weft"`), status: denied},
		{name: "a tab for a blank", send: intruding("Authorization: Bearer\t" + g.token), status: denied},
		{name: "bytes that are no text", send: intruding("Authorization: Bearer \xff\xfe\x80"), status: denied},
		{name: "a scheme with look-alikes", send: intruding("Authorization: Beаrer " + g.token), status: denied},
		{name: "quotes", send: intruding(`Authorization: Bearer "` + g.token + `"`), status: denied},
		{name: "parameters", send: intruding(`Authorization: Bearer token="` + g.token + `"`), status: denied},
		{name: "a token and a byte", send: intruding(good + "x"), status: denied},
		{name: "a token and a dot", send: intruding(good + "."), status: denied},
		{name: "half a token", send: intruding(good[:len(good)/2]), status: denied},
		{name: "two tokens in one", send: intruding(good + "," + g.token), status: denied},
		{name: "two headers", send: intruding(good, good), status: several, code: malformed},
		{name: "a good one and a bad one", send: intruding(good, "Authorization: Bearer hostileSecret"), status: several, code: malformed},
		{name: "a good one and nothing", send: intruding(good, "Authorization:"), status: several, code: malformed},
		{name: "1000 headers", send: intruding(strings.TrimSuffix(strings.Repeat("Authorization: Bearer hostileSecret\r\n", 1000), "\r\n")), status: several, code: malformed},
		{name: "a good token and a bad key", send: intruding(good, "X-Api-Key: hostileSecret"), status: denied},
		{name: "a good token and no key", send: intruding(good, "X-Api-Key:"), status: denied},
		{name: "a good key and a bad token", send: intruding("X-Api-Key: "+g.key, "Authorization: Bearer hostileSecret"), status: denied},
		{name: "16 KB", send: bearing(strings.Repeat("hostileSecret", 1261)), status: denied},
		{name: "60 KB", send: bearing(strings.Repeat("hostileSecret", 4600)), status: denied},
		{name: "60 KB of dots", send: bearing(strings.Repeat(".", 60_000)), status: denied},
		{name: "60 KB of words", send: bearing(strings.Repeat("a ", 30_000)), status: denied},
		{name: "100 KB", send: bearing(strings.Repeat("a", 100_000)), status: http.StatusRequestHeaderFieldsTooLarge},
	}
}

// tokenAbuses are tokens with odd headers, and forged ones whose header says where their key is.
func (g *guarded) tokenAbuses() []abuse {
	c := g.claims("")
	// A member of the header says where a key is, or is it.
	pointing := func(member string) sending { return forged(`{"alg":"ES256","kid":"hostile",`+member+`}`, c) }
	named := func(kid string) sending { return forged(`{"alg":"ES256","kid":`+kid+`}`, c) }
	return []abuse{
		{name: "no parts", send: bearing(".."), status: denied},
		{name: "no header", send: bearing("." + encoded(c) + ".AAAA"), status: denied},
		{name: "five parts", send: bearing(strings.Repeat(encoded(c)+".", 4) + "AAAA"), status: denied},
		{name: "1,000 parts", send: bearing(strings.Repeat(encoded("{}")+".", 1000)), status: denied},
		{name: "a header that is no JSON", send: forged("hostile", c), status: denied},
		{name: "a header that is a list", send: forged(`["ES256"]`, c), status: denied},
		{name: "a header that nests 1,500 deep", send: forged(`{"alg":"ES256","x":`+around(1500, "[", "", "]")+`}`, c), status: denied},
		{name: "a header of 3,000 members", send: forged(`{"alg":"ES256"`+each(3000, `,"%d":1`)+`}`, c), status: denied},
		{name: "bytes that are no text", send: forged("{\"alg\":\"ES256\",\"kid\":\"\xff\xfe\"}", c), status: denied},
		{name: "half a character", send: forged(`{"alg":"ES256","kid":"\ud800"}`, c), status: denied},
		{name: "no algorithm", send: forged(`{"alg":"none"}`, c), status: denied},
		{name: "an algorithm that is a list", send: forged(`{"alg":["none","ES256"]}`, c), status: denied},
		{name: "an algorithm of 8 KB", send: forged(`{"alg":"`+strings.Repeat("hostile", 1100)+`"}`, c), status: denied},
		{name: "a shared secret", send: forged(`{"alg":"HS256","kid":"k1"}`, c), status: denied},
		{name: "two algorithms", send: forged(`{"alg":"none","alg":"ES256","kid":"k1"}`, c), status: denied},
		{name: "the key is in it", send: pointing(`"jwk":{"kty":"EC","crv":"P-256","x":"hostile","y":"hostile"}`), status: denied},
		{name: "keys at an address", send: pointing(`"jku":"` + g.evil.URL + `/keys"`), status: denied},
		{name: "certificates at an address", send: pointing(`"x5u":"` + g.evil.URL + `/hostile.pem"`), status: denied},
		{name: "keys at an address, signed", send: bearing(g.other.Sign(g.tb, c, map[string]any{"jku": g.evil.URL + "/keys", "jwk": g.other.JWK()})), status: denied},
		{name: "keys at the issuer's address", send: pointing(`"jku":"` + g.signing.URL + `/keys@hostile.test"`), status: denied},
		{name: "certificates in it", send: pointing(`"x5c":["` + strings.Repeat("hostileA", 500) + `"]`), status: denied},
		{name: "critical extensions", send: pointing(`"crit":["b64"],"b64":false`), status: denied},
		{name: "it is compressed", send: pointing(`"zip":"DEF"`), status: denied},
		{name: "a token in it", send: pointing(`"cty":"JWT"`), status: denied},
		{name: "a type of 8 KB", send: pointing(`"typ":"` + strings.Repeat("hostile", 1100) + `"`), status: denied},
		{name: "a key with a path", send: named(`"../../../../etc/hostile"`), status: denied},
		{name: "a key with a command", send: named(`"hostile' OR 1=1; --"`), status: denied},
		{name: "a key with lines", send: named(`"hostile\r\nSet-Cookie: hostile=1"`), status: denied},
		{name: "a key of 4 KB", send: named(`"` + strings.Repeat("hostile", 600) + `"`), status: denied},
		{name: "a key that is an object", send: named(`{"hostile":1}`), status: denied},
		{name: "signed by somebody with the name", send: bearing(g.own.Sign(g.tb, g.claims(""), nil)[:100] + "AAAA"), status: denied},
	}
}

// claimAbuses are tokens with odd claims, by a key that is not the issuer's, but for those whose claims alone are no good.
func (g *guarded) claimAbuses() []abuse {
	signed := func(claims string) sending { return bearing(g.other.Sign(g.tb, claims, map[string]any{"kid": "k1"})) }
	of := func(issuer string) sending {
		return signed(claimsMark + `"iss":` + issuer + `,"sub":"root","aud":"shop","exp":9999999999}`)
	}
	return []abuse{
		{name: "signed by another", send: signed(g.claims("")), status: denied},
		{name: "expired", send: signed(strings.Replace(g.claims(""), "9999999999", "1", 1)), status: denied},
		{name: "for another", send: signed(strings.Replace(g.claims(""), `"shop"`, `"hostile"`, 1)), status: denied},
		{name: "an end that is huge", send: signed(strings.Replace(g.claims(""), "9999999999", "1e999999", 1)), status: denied},
		{name: "an end that is long", send: signed(strings.Replace(g.claims(""), "9999999999", strings.Repeat("9", 8000), 1)), status: denied},
		{name: "an end that is text", send: signed(strings.Replace(g.claims(""), "9999999999", `"never"`, 1)), status: denied},
		{name: "3,000 audiences", send: signed(strings.Replace(g.claims(""), `"shop"`, "["+strings.Repeat("1,", 3000)+"1]", 1)), status: denied},
		{name: "claims that nest 3,000 deep", send: signed(g.claims(`"x":` + around(3000, "[", "", "]") + `,`)), status: denied},
		{name: "3,000 claims", send: signed(g.claims(each(1000, `"%d":1,`))), status: denied},
		{name: "claims that are no text", send: signed(g.claims("\"x\":\"\xff\",")), status: denied},
		{name: "half a character", send: signed(g.claims(`"x":"\ud800",`)), status: denied},
		{name: "own claims that are no text", send: bearing(g.own.Sign(g.tb, g.claims("\"x\":\"\xff\","), nil)), status: denied},
		{name: "half a character in own claims", send: bearing(g.own.Sign(g.tb, g.claims(`"x":["\ud83d","\ude00"],`), nil)), status: denied},
		{name: "a claim twice", send: signed(g.claims(`"sub":"hostile",`)), status: denied},
		{name: "a list", send: signed("[" + g.claims("") + "]"), status: denied},
		{name: "an issuer with keys of its own", send: of(`"` + g.evil.URL + `"`), status: denied},
		{name: "an issuer of files", send: of(`"file:///etc/hostile"`), status: denied},
		{name: "an issuer of 8 KB", send: of(`"https://` + strings.Repeat("hostile.", 1000) + `test"`), status: denied},
		{name: "an issuer and a NUL", send: of(`"` + g.signing.URL + `\u0000hostile"`), status: denied},
		{name: "several issuers", send: of(`["` + g.signing.URL + `"]`), status: denied},
		{name: "no issuer", send: of(`null`), status: denied},
		{name: "bound to a key", send: signed(g.claims(`"cnf":{"jkt":"hostile"},`)), status: denied},
		{name: "bound in 500 ways", send: signed(g.claims(`"cnf":{` + each(500, `"%d":1,`) + `"jkt":1},`)), status: denied},
	}
}

// floods are many requests, each with credentials of its own.
func (g *guarded) floods() []abuse {
	header := func(format string) func(int) []string {
		return func(i int) []string { return []string{fmt.Sprintf(format, i)} }
	}
	token := func(head, claims string) func(int) []string {
		signature := encoded(strings.Repeat("s", 64))
		return func(i int) []string {
			return []string{"Authorization: Bearer " + encoded(fmt.Sprintf(head, i)) + "." + encoded(strings.Replace(claims, "NUMBER", fmt.Sprint(i), 1)) + "." + signature}
		}
	}
	key := func(i int) string {
		return keyOf(fmt.Sprintf("hostile%05d", i), "hostileSecret"+strings.Repeat("0", 30))
	}
	numbered := g.claims(`"jti":"NUMBER",`)
	// However many tokens come, keys are loaded with a pause, and each token is asked about once: those that are not known again after ten
	// seconds, and good ones, of honest callers, after a minute.
	keys := func(send sending) sending {
		return asking(send, func() int { return g.signing.Asked("keys") }, func(d time.Duration) int { return int(d/keyPause) + 2 })
	}
	about := func(tokens int, send sending) sending {
		return asking(send, func() int { return g.asked.Asked("introspection") }, func(d time.Duration) int { return (tokens + 1) * (1 + int(d/(10*time.Second))) })
	}
	all := []abuse{
		{name: "unknown keys", send: keys(g.flood(floodSize, token(`{"alg":"ES256","kid":"hostile-%d"}`, g.claims(""))))},
		{name: "tokens of a known key", send: keys(g.flood(floodSize, token(`{"alg":"ES256","kid":"k1","x":%d}`, numbered)))},
		{name: "tokens without a key", send: keys(g.flood(floodSize/2, token(`{"alg":"ES256","x":%d}`, numbered)))},
		{name: "tokens that have expired", send: keys(g.flood(floodSize, token(`{"alg":"ES256","kid":"hostile-%d"}`, strings.Replace(numbered, "9999999999", "1", 1))))},
		{name: "tokens of other issuers", send: about(floodSize, g.flood(floodSize, token(`{"alg":"ES256","kid":"%d"}`, strings.Replace(numbered, g.signing.URL, "https://hostile-NUMBER.test", 1))))},
		{name: "opaque tokens", send: about(floodSize, g.flood(floodSize, header("Authorization: Bearer hostileSecret-%d")))},
		{name: "one opaque token", send: about(1, g.flood(floodSize, func(int) []string { return []string{"Authorization: Bearer hostileSecret-0"} }))},
		{name: "keys", send: about(0, g.flood(floodSize, func(i int) []string { return []string{"X-Api-Key: " + key(i)} }))},
		{name: "keys with wrong check sums", send: about(0, g.flood(floodSize, func(i int) []string { return []string{"X-Api-Key: " + key(i)[:59] + "000000"} }))},
		{name: "bearer keys", send: about(0, g.flood(floodSize, func(i int) []string { return []string{"Authorization: Bearer " + key(i)} }))},
	}
	for i := range all {
		all[i].status, all[i].allocated = denied, 600
	}
	return all
}
