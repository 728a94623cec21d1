package openapi

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Hole stands in a path for text that is not known.
const Hole = "{}"

// Contract is one OpenAPI document. It is immutable and safe for concurrent use.
type Contract struct {
	operations []operation
	// paths are the contract's, as it writes them.
	paths []string
}

// operation is one method of one path.
type operation struct {
	method string
	// forms are the segments of the path, with and without the path of each server.
	forms    [][]string
	response *openapi3.SchemaRef
}

// Load reads a contract from a file, and the files that it refers to. It touches no network: a reference to a URL is an error.
func Load(file string) (*Contract, error) {
	loader := &openapi3.Loader{IsExternalRefsAllowed: true, ReadFromURIFunc: readFile}
	doc, err := loader.LoadFromFile(file)
	if err != nil {
		return nil, fmt.Errorf("read OpenAPI contract: %w", err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.") {
		return nil, fmt.Errorf("read OpenAPI contract: expected version 3, found %q", doc.OpenAPI)
	}
	c := &Contract{}
	bases := basePaths(doc)
	for path, item := range doc.Paths.Map() {
		c.paths = append(c.paths, path)
		for method, op := range item.Operations() {
			o := operation{method: method, response: responseOf(op), forms: [][]string{segments(path)}}
			for _, base := range bases {
				o.forms = append(o.forms, segments(base+"/"+path))
			}
			c.operations = append(c.operations, o)
		}
	}
	slices.Sort(c.paths)
	// The contract's paths come in the order of a map.
	slices.SortFunc(c.operations, func(a, b operation) int {
		return strings.Compare(strings.Join(a.forms[0], "/")+a.method, strings.Join(b.forms[0], "/")+b.method)
	})
	return c, nil
}

// readFile reads a referenced file, and nothing that is not one.
func readFile(_ *openapi3.Loader, location *url.URL) ([]byte, error) {
	if location.Host != "" || location.Scheme != "" && location.Scheme != "file" {
		return nil, fmt.Errorf("%s is not a file", location.Redacted())
	}
	return os.ReadFile(location.Path)
}

// basePaths are the paths of the servers' URLs, without those that are empty.
func basePaths(doc *openapi3.T) []string {
	var paths []string
	for _, server := range doc.Servers {
		u, err := url.Parse(server.URL)
		if err == nil && strings.Trim(u.Path, "/") != "" {
			paths = append(paths, u.Path)
		}
	}
	return paths
}

// Paths are the paths of the contract as it writes them, sorted.
func (c *Contract) Paths() []string { return slices.Clone(c.paths) }

// Find returns what a request is answered with; ok is false when the contract has no such request. Segments of the path that are or
// contain Hole fit everything, parameters best. Of several paths that fit the one that fits best wins.
func (c *Contract) Find(method, path string) (reply Schema, ok bool) {
	wanted, best := segments(path), -1
	for _, o := range c.operations {
		if o.method != method {
			continue
		}
		for _, form := range o.forms {
			if n := match(wanted, form); n > best {
				best, reply = n, Schema{refs: refsOf(o.response)}
			}
		}
	}
	return reply, best >= 0
}

// segments splits a path without its query.
func segments(path string) []string {
	if i := strings.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// match tells how well a path fits a contract's, segment by segment; it is -1 when it does not.
func match(path, contract []string) int {
	if len(path) != len(contract) {
		return -1
	}
	fit := 0
	for i := range path {
		isHole, isParameter := strings.Contains(path[i], Hole), strings.Contains(contract[i], "{")
		switch {
		case isHole && isParameter:
			fit++
		case isHole || isParameter:
		case path[i] == contract[i]:
			fit += 2
		default:
			return -1
		}
	}
	return fit
}

// responseOf is the schema of the JSON that success is answered with; nil when there is none or it is not said.
func responseOf(op *openapi3.Operation) *openapi3.SchemaRef {
	if op.Responses == nil {
		return nil
	}
	byStatus := op.Responses.Map()
	var statuses []string
	for status := range byStatus {
		if strings.HasPrefix(status, "2") {
			statuses = append(statuses, status)
		}
	}
	slices.Sort(statuses) // 200 comes first, the range 2XX last
	for _, status := range append(statuses, "default") {
		r := byStatus[status]
		if r == nil || r.Value == nil {
			continue
		}
		for name, media := range r.Value.Content {
			name, _, _ = strings.Cut(name, ";")
			if media != nil && (strings.HasSuffix(name, "/json") || strings.HasSuffix(name, "+json")) {
				return media.Schema
			}
		}
	}
	return nil
}
