package resolvers_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// corpusCase is one file of the corpus.
type corpusCase struct {
	archive   *txtar.Archive
	documents []sdl.Input
	contracts *contracts
	config    corpusConfig
	requests  []corpusRequest
	// outputs are the expectations, by file name.
	outputs map[string]string
}

// corpusRequest is one client request, with the replies that the back ends give while it is answered.
type corpusRequest struct {
	// number is "" for the first request, "2" for the next, and part of its files' names.
	number    string
	text      string
	operation string
	variables value.Value
	header    http.Header
	caller    *caller.Caller
	replies   []*reply
}

// file returns the name of one of the request's files: "answer.json" is "answer2.json" for the second request.
func (r *corpusRequest) file(name string) string {
	stem, extension, _ := strings.Cut(name, ".")
	return stem + r.number + "." + extension
}

var (
	sectionName = regexp.MustCompile(`^([a-z]+)(\d*)\.(graphql|json|txt)$`)
	errNoIntent = errors.New("the comment on top does not say what the case shows")
)

// outputNames are the stems of the expectations.
func outputNames() []string { return []string{"diagnostics", "plan", "calls", "answer"} }

func readCorpusCase(ctx context.Context, file string) (*corpusCase, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	c := &corpusCase{archive: txtar.Parse(text), contracts: newContracts(), outputs: map[string]string{}}
	if len(strings.TrimSpace(string(c.archive.Comment))) == 0 {
		return nil, errNoIntent
	}
	queries := map[string]*corpusRequest{}
	for _, f := range c.archive.Files {
		if err := c.read(f, queries); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	c.contracts.compile(ctx)
	for _, number := range slices.Sorted(maps.Keys(queries)) {
		r := queries[number]
		if r.replies == nil && number != "" && queries[""] != nil {
			// Without replies of its own a request finds those of the first.
			r.replies = cloneReplies(queries[""].replies, true)
		}
		c.requests = append(c.requests, *r)
	}
	return c, nil
}

// read takes one section of the file to where it belongs.
func (c *corpusCase) read(f txtar.File, queries map[string]*corpusRequest) error {
	if isContract(f.Name) {
		c.contracts.add(f)
		return nil
	}
	parts := sectionName.FindStringSubmatch(f.Name)
	if parts == nil {
		return fmt.Errorf("unknown section %q", f.Name)
	}
	stem, number, extension := parts[1], parts[2], parts[3]
	if extension == "graphql" && stem != "query" {
		c.documents = append(c.documents, sdl.Input{
			File: f.Name, Text: string(f.Data), Files: datasources.FolderOf(c.contracts.folder, "."),
		})
		return nil
	}
	if slices.Contains(outputNames(), stem) {
		c.outputs[f.Name] = string(f.Data)
		return nil
	}
	if stem == "contracts" {
		return c.contracts.share(strings.TrimSpace(string(f.Data)))
	}
	if stem == "config" {
		return json.Unmarshal(f.Data, &c.config)
	}
	r := queries[number]
	if r == nil {
		r = &corpusRequest{number: number}
		queries[number] = r
	}
	return r.read(stem, f.Data)
}

func (r *corpusRequest) read(stem string, data []byte) (err error) {
	switch stem {
	case "query":
		r.text = string(data)
	case "operation":
		r.operation = strings.TrimSpace(string(data))
	case "variables":
		r.variables, err = value.Parse(data)
	case "headers":
		r.header, err = readHeader(data)
	case "caller":
		r.caller, err = readCaller(data)
	case "backend":
		r.replies, err = parseReplies(string(data))
	default:
		err = fmt.Errorf("unknown section %q", stem)
	}
	return err
}

// readHeader reads the client's header: an object of strings or lists of strings.
func readHeader(data []byte) (http.Header, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return nil, err
	}
	h := http.Header{}
	for name, raw := range object {
		var values []string
		if err := json.Unmarshal(raw, &values); err != nil {
			values = []string{""}
			if err := json.Unmarshal(raw, &values[0]); err != nil {
				return nil, err
			}
		}
		for _, v := range values {
			h.Add(name, v)
		}
	}
	return h, nil
}

// withOutputs returns the file with other expectations, which follow everything else.
func (c *corpusCase) withOutputs(outputs map[string]string) []byte {
	a := txtar.Archive{Comment: c.archive.Comment}
	for _, f := range c.archive.Files {
		if _, isOutput := c.outputs[f.Name]; !isOutput {
			a.Files = append(a.Files, f)
		}
	}
	add := func(name string) {
		if text, ok := outputs[name]; ok {
			a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(text)})
		}
	}
	add("diagnostics.txt")
	for i := range c.requests {
		for _, name := range []string{"plan.txt", "calls.txt", "answer.json"} {
			add(c.requests[i].file(name))
		}
	}
	return txtar.Format(&a)
}
