package docs_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestExampleMessagesAreGiven makes the errors of the catalogue that requests to the shop can make, and compares their messages.
func TestExampleMessagesAreGiven(t *testing.T) {
	t.Parallel()
	handler := serveShop(t, startShop(t), shopDocuments(t)...)
	messages := map[string]string{}
	for _, row := range readPage(t, "docs/errors.md").tables("## The catalogue") {
		messages[codeIn(row[0])] = codeIn(row[2])
	}
	for code, request := range map[string]string{
		"GRAPHQL_PARSE_FAILED":         `{"query":"{ me {"}`,
		"GRAPHQL_VALIDATION_FAILED":    `{"query":"{ me { nme } }"}`,
		"BAD_USER_INPUT":               `{"query":"query ($limit: Int) { users(limit: $limit) { id } }","variables":{"limit":"5"}}`,
		"OPERATION_RESOLUTION_FAILURE": `{"query":"query A { me { id } } query B { me { id } }","operationName":"Page"}`,
		"PERSISTED_QUERY_NOT_FOUND": `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` +
			strings.Repeat("0", 64) + `"}}}`,
		"DOCUMENT_NOT_TRUSTED": `{"documentId":"product-page"}`,
		"LIMIT_EXCEEDED": `{"query":"{ topReviews ` + strings.Repeat("{ author { reviews ", 49) + `{ author { id } } ` +
			strings.Repeat("} }", 49) + ` }"}`,
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			var answer struct {
				Errors []struct {
					Message    string `json:"message"`
					Extensions struct {
						Code string `json:"code"`
					} `json:"extensions"`
				} `json:"errors"`
			}
			if err := json.Unmarshal([]byte(post(t, handler, request)), &answer); err != nil {
				t.Fatal(err)
			}
			if len(answer.Errors) != 1 || answer.Errors[0].Extensions.Code != code || answer.Errors[0].Message != messages[code] {
				t.Errorf("the catalogue has the message %q, the answer has the errors %+v", messages[code], answer.Errors)
			}
		})
	}
}
