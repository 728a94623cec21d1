package shop

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed schema openapi.yaml queries
var files embed.FS

// Schema returns the folder of the graph's documents and of the contracts that they
// name: shop.proto, billing.wsdl and billing.xsd. The addresses in them are the
// readable defaults; [Running.Overrides] has the true ones.
func Schema() (fs.FS, error) {
	documents, err := fs.Sub(files, "schema")
	if err != nil {
		return nil, fmt.Errorf("opening the shop's schema: %w", err)
	}
	return documents, nil
}

// Contract returns openapi.yaml, the OpenAPI 3.1 description of the REST service.
func Contract() ([]byte, error) {
	contract, err := files.ReadFile("openapi.yaml")
	if err != nil {
		return nil, fmt.Errorf("opening the shop's contract: %w", err)
	}
	return contract, nil
}

// QueryFiles returns the folder of the prepared operations: one in each .graphql
// file. The first line of each is a comment with its title.
func QueryFiles() (fs.FS, error) {
	folder, err := fs.Sub(files, "queries")
	if err != nil {
		return nil, fmt.Errorf("opening the shop's queries: %w", err)
	}
	return folder, nil
}

// SignedInQuery returns the query that the demo asks as different people. Its
// operation is called SignedIn.
func SignedInQuery() (string, error) {
	text, err := files.ReadFile("queries/auth/signed-in.graphql")
	if err != nil {
		return "", fmt.Errorf("opening the shop's queries: %w", err)
	}
	return string(text), nil
}

// Query is a prepared operation on the graph. Its variables, if any, have
// defaults, so Text runs as it is.
type Query struct {
	Name  string // the file's name without extension, such as "my-page"
	Title string // for people, such as "My page"
	Text  string // one operation; the comment in front says what to look at
}

// Queries returns the prepared operations, sorted by name.
func Queries() ([]Query, error) {
	names, err := fs.Glob(files, "queries/*.graphql")
	if err != nil {
		return nil, fmt.Errorf("listing the shop's queries: %w", err)
	}
	queries := make([]Query, 0, len(names))
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("opening the shop's queries: %w", err)
		}
		title, _, _ := strings.Cut(string(text), "\n")
		queries = append(queries, Query{
			Name:  strings.TrimSuffix(path.Base(name), path.Ext(name)),
			Title: strings.TrimPrefix(title, "# "),
			Text:  string(text),
		})
	}
	return queries, nil
}
