package playground

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// orderFile lists names of queries, one a line.
const orderFile = "order.txt"

// LoadQueries reads the prepared queries of a folder: every file "<name>.graphql", with "<name>.variables.json" and
// "<name>.headers.json" where they exist.
//
// The queries that the file order.txt names come first, in its order; the others follow by name. The title of a query is the
// first line of its document if that is a comment, and otherwise the name. Variables and headers must be JSON objects.
func LoadQueries(folder fs.FS) ([]Query, error) {
	files, err := fs.Glob(folder, "*.graphql")
	if err != nil {
		return nil, fmt.Errorf("list queries: %w", err)
	}
	queries := make([]Query, 0, len(files))
	for _, file := range files {
		q, err := loadQuery(folder, strings.TrimSuffix(file, ".graphql"))
		if err != nil {
			return nil, err
		}
		queries = append(queries, q)
	}
	return queries, sortQueries(folder, queries)
}

// sortQueries puts the queries that the list names in front of the others, which are sorted by name.
func sortQueries(folder fs.FS, queries []Query) error {
	list, err := fs.ReadFile(folder, orderFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read query: %w", err)
	}
	places := map[string]int{}
	for name := range strings.FieldsSeq(string(list)) {
		if !slices.ContainsFunc(queries, func(q Query) bool { return q.Name == name }) {
			return fmt.Errorf("%s names %q, but there is no %s.graphql", orderFile, name, name)
		}
		places[name] = len(places) - len(queries)
	}
	slices.SortStableFunc(queries, func(a, b Query) int {
		return cmp.Or(cmp.Compare(places[a.Name], places[b.Name]), cmp.Compare(a.Name, b.Name))
	})
	return nil
}

func loadQuery(folder fs.FS, name string) (Query, error) {
	text, err := fs.ReadFile(folder, name+".graphql")
	if err != nil {
		return Query{}, fmt.Errorf("read query: %w", err)
	}
	variables, err := loadObject(folder, name+".variables.json")
	if err != nil {
		return Query{}, err
	}
	headers, err := loadObject(folder, name+".headers.json")
	if err != nil {
		return Query{}, err
	}
	return Query{Name: name, Title: title(string(text), name), Text: string(text), Variables: variables, Headers: headers}, nil
}

// loadObject returns the text of a JSON object, empty when there is no such file.
func loadObject(folder fs.FS, file string) (string, error) {
	text, err := fs.ReadFile(folder, file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read query: %w", err)
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		return "", fmt.Errorf("%s: expected a JSON object: %w", file, err)
	}
	return strings.TrimSpace(string(text)), nil
}

// title returns the comment in the first line of a document.
func title(text, otherwise string) string {
	line, _, _ := strings.Cut(text, "\n")
	comment, isComment := strings.CutPrefix(line, "#")
	if !isComment {
		return otherwise
	}
	return cmp.Or(strings.TrimSpace(comment), otherwise)
}
