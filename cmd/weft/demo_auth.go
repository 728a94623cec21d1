package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/examples/shop/issuer"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity/oidc"
	"github.com/weftgraph/weft/server/playground"
)

// signedIn are the people of the demo, each with a token.
type signedIn struct {
	issuer   *issuer.Issuer
	accounts []issuer.Account
	// tokens are those of the accounts, in their order.
	tokens []string
}

// startIssuer starts the demo's issuer and lets the settings take its tokens. Whoever gets the people closes them.
func startIssuer(ctx context.Context, settings *config.Config) (*signedIn, error) {
	started, err := issuer.Start(ctx)
	if err != nil {
		return nil, err
	}
	s := &signedIn{issuer: started, accounts: issuer.Accounts()}
	for _, a := range s.accounts {
		token, err := started.Token(a, time.Now())
		if err != nil {
			s.close()
			return nil, err
		}
		s.tokens = append(s.tokens, token)
	}
	settings.Tokens = oidc.Settings{Issuers: []oidc.Issuer{{Names: []string{started.URL()}, Audiences: []string{issuer.Audience}}}}
	return s, nil
}

// close ends the issuer. What its listener says last changes nothing any more.
func (s *signedIn) close() { _ = s.issuer.Close() }

// queries puts the query of the people, once with the token of each and once without, in front of others, which get the last
// one's token: it allows all that their comments tell to try.
func (s *signedIn) queries(others []playground.Query) ([]playground.Query, error) {
	text, err := shop.SignedInQuery()
	if err != nil {
		return nil, err
	}
	var queries []playground.Query
	for n, a := range s.accounts {
		queries = append(queries, playground.Query{
			Name: a.Name, Title: fmt.Sprintf("As %s, %s", a.Name, a.About), Text: asked(text, a.Name), Headers: bearer(s.tokens[n]),
		})
	}
	staff := queries[len(queries)-1].Headers
	queries = append(queries, playground.Query{Name: "nobody", Title: "As nobody, without a token", Text: asked(text, "nobody")})
	for _, q := range others {
		if q.Headers == "" {
			q.Headers = staff
		}
		queries = append(queries, q)
	}
	return queries, nil
}

// asked names the operation after whoever asks, since tabs are called so.
func asked(text, name string) string {
	return strings.Replace(text, "query SignedIn", "query As"+strings.ToUpper(name[:1])+name[1:], 1)
}

// bearer is the header of a token, as the playground has it.
func bearer(token string) string {
	return "{\n  \"authorization\": \"Bearer " + token + "\"\n}" // a token has nothing that JSON would escape
}

// greeting says who can ask, and how.
func (s *signedIn) greeting(endpoint string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "issuer       %s\n\nOpen the playground: its first tabs ask one query as different people.\n", s.issuer.URL())
	for _, a := range s.accounts {
		fmt.Fprintf(&text, "\n  %-6s %s: %s", a.Name, a.About, a.Scope)
	}
	fmt.Fprintf(&text, `

A token for one of them, which lasts %.0f hours, and a query with it:

  TOKEN=$(curl -s %s/token -d grant_type=client_credentials -d client_id=%s | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
  curl %s -H "authorization: Bearer $TOKEN" \
    -H 'content-type: application/json' -d '{"query":"{ me { name orders { invoice { number amount } } } }"}'
`, issuer.TokenLife.Hours(), s.issuer.URL(), s.accounts[0].Name, endpoint)
	return text.String()
}
