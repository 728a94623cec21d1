package main

import (
	"strings"
	"testing"

	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server/config"
)

// Each person of the demo has a tab with an operation of its own name, and with its own token.
func TestPeopleOfTheDemoHaveTabsWithTheirTokens(t *testing.T) {
	t.Parallel()
	settings := &config.Config{}
	people, err := startIssuer(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	defer people.close()
	others, err := shopQueries()
	if err != nil {
		t.Fatal(err)
	}
	queries, err := people.queries(others)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(queries) - len(others); got != 4 || len(settings.Tokens.Issuers) != 1 {
		t.Fatalf("%d tabs, issuers %v", got, settings.Tokens.Issuers)
	}
	tokens := map[string]string{}
	for i, operation := range []string{"AsWanda", "AsRosa", "AsAda", "AsNobody"} {
		q := queries[i]
		if !strings.Contains(q.Text, "query "+operation+" {") {
			t.Errorf("tab %d has\n%s", i, q.Text)
		}
		if operation == "AsNobody" {
			if q.Headers != "" {
				t.Errorf("nobody has the headers %s", q.Headers)
			}
			continue
		}
		headers, err := value.Parse([]byte(q.Headers))
		if err != nil {
			t.Fatal(err)
		}
		token := headers.Get("authorization").Text()
		if !strings.HasPrefix(token, "Bearer ey") || tokens[token] != "" {
			t.Errorf("%s has the token %q, which %s has", operation, token, tokens[token])
		}
		tokens[token] = operation
	}
	for _, q := range queries[4:] {
		if q.Headers != queries[2].Headers { // invoices are paid by the staff
			t.Errorf("%s has the headers %s", q.Name, q.Headers)
		}
	}
}
