package plan

import (
	"bytes"
	"encoding/json"
	"strings"
)

// The JSON form of a plan. Its fields are a public contract. Kind is one of "http", "grpc", "soap", "go" and "virtual"; the source of a
// virtual fetch is empty.
type jsonPlan struct {
	Operation  string      `json:"operation"`
	Conditions []string    `json:"conditions"`
	Stages     [][]int     `json:"stages"`
	Fetches    []jsonFetch `json:"fetches"`
	// Denied is what the caller may not read, MoreDenied how many more there are.
	Denied     []jsonDenial `json:"denied,omitempty"`
	MoreDenied int          `json:"more_denied,omitempty"`
	// Parts are there if the answer has several.
	Parts []jsonPart `json:"parts,omitempty"`
	Calls jsonRange  `json:"calls"`
}

// jsonPart is one part of the answer: what it waits for, besides what those before it wait for. The first one has no part around it.
type jsonPart struct {
	Part    int      `json:"part"`
	In      int      `json:"in,omitempty"`
	Label   string   `json:"label,omitempty"`
	Path    []string `json:"path"`
	Fetches []int    `json:"fetches"`
}

// jsonDenial is one path that the caller may not read.
type jsonDenial struct {
	Path  []string `json:"path"`
	Field string   `json:"field"`
}

type jsonFetch struct {
	ID        int        `json:"id"`
	Source    string     `json:"source"`
	Kind      string     `json:"kind"`
	Connector string     `json:"connector"`
	Request   string     `json:"request"`
	After     []int      `json:"after"`
	Keys      []string   `json:"keys"`
	Batch     *jsonBatch `json:"batch,omitempty"`
	Deferred  bool       `json:"deferred,omitempty"`
	Calls     jsonRange  `json:"calls"`
	// Stream tells that events answer the fetch, for each of which the plan runs.
	Stream bool `json:"stream,omitempty"`
}

// jsonBatch has a null max_size for batches without a bound.
type jsonBatch struct {
	MaxSize *int `json:"max_size"`
}

// jsonRange has a null max when nothing bounds it.
type jsonRange struct {
	Min int  `json:"min"`
	Max *int `json:"max"`
}

// AppendJSON appends the plan as compact JSON.
func (p *Plan) AppendJSON(dst []byte) []byte {
	buf := bytes.NewBuffer(dst)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false) // the requests hold & and {}, and are to be read
	if err := enc.Encode(p.jsonForm()); err != nil {
		return append(dst, "null"...) // unreachable: the form holds strings and numbers only
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}

func (p *Plan) jsonForm() jsonPlan {
	out := jsonPlan{
		Operation: p.Name, Conditions: append([]string{}, p.Conditions...),
		Stages: [][]int{}, Fetches: []jsonFetch{}, Calls: p.Calls.jsonForm(),
	}
	if out.Operation == "" {
		out.Operation = string(p.Kind)
	}
	for i := range p.Denied {
		out.Denied = append(out.Denied, jsonDenial{Path: p.Denied[i].Path, Field: p.Denied[i].Coordinate})
	}
	out.MoreDenied = p.MoreDenied
	for _, s := range p.Stages {
		out.Stages = append(out.Stages, numbers(s))
	}
	for i := range p.Fetches {
		f := &p.Fetches[i]
		l := &p.Loaders[f.Loader]
		j := jsonFetch{
			ID: f.ID.Number(), Source: l.Source, Kind: strings.ToLower(l.Kind.String()), Connector: l.Coordinate, Request: l.Request,
			After: numbers(f.After), Keys: []string{}, Calls: f.Calls.jsonForm(), Stream: f.ID == p.Stream,
			Deferred: p.IsDeferred(f.ID),
		}
		for _, k := range l.KeyPaths {
			j.Keys = append(j.Keys, strings.Join(k, "."))
		}
		if l.Mode == Batch {
			j.Batch = &jsonBatch{}
			if l.MaxSize > 0 {
				j.Batch.MaxSize = &l.MaxSize
			}
		}
		out.Fetches = append(out.Fetches, j)
	}
	if len(p.Deferrals) > 0 {
		out.Parts = []jsonPart{{Part: FirstPart.Number(), Path: []string{}, Fetches: numbers(p.First)}}
	}
	for i := range p.Deferrals {
		x := &p.Deferrals[i]
		out.Parts = append(out.Parts, jsonPart{
			Part: x.Part.Number(), In: x.Around.Number(), Label: x.Label,
			Path: append([]string{}, x.Path...), Fetches: numbers(x.Fetches),
		})
	}
	return out
}

func (r Range) jsonForm() jsonRange {
	out := jsonRange{Min: r.Min}
	if r.Max != Unbounded {
		out.Max = &r.Max
	}
	return out
}

func numbers(ids []FetchID) []int {
	out := make([]int, len(ids))
	for i, id := range ids {
		out[i] = id.Number()
	}
	return out
}
