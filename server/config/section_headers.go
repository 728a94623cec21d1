package config

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/weftgraph/weft/datasources"
)

func headers() form[draft] {
	const doc = "rules that are applied in their order, after the headers of the schema: those for all sources, then the source's"
	return object[draft]{keys: append([]key[draft]{
		{name: "connector", doc: "Requests to sources.", form: object[draft]{keys: []key[draft]{
			{name: "all", doc: "For all sources.", form: object[draft]{keys: []key[draft]{
				{name: "request", form: at((*draft).allRules, rules()), standard: "[]", doc: doc},
			}}},
			{name: "sources", doc: "For single sources.", form: at(sources, entries[Source]{sourceName, object[Source]{keys: []key[Source]{
				{name: "request", form: at(rulesOf, rules()), standard: "[]", doc: doc},
			}}})},
		}}},
	}, lack[draft]("all", "subgraphs")...)}
}

func rules() form[[]datasources.HeaderRule] {
	return list[datasources.HeaderRule]{via(rule(), ruleDraft.rule), "a list of rules"}
}

// ruleDraft is one rule as it is written; one of its parts is there.
type ruleDraft struct {
	insert    *datasources.InsertHeader
	propagate *propagateDraft
	remove    *chosenDraft
}

// chosenDraft chooses headers.
type chosenDraft struct {
	name    string
	pattern *regexp.Regexp
}

func (c chosenDraft) names() datasources.HeaderNames {
	return datasources.HeaderNames{Name: c.name, Pattern: c.pattern}
}

type propagateDraft struct {
	from             chosenDraft
	rename, standard string
}

func (d ruleDraft) rule() (datasources.HeaderRule, error) {
	switch {
	case d.insert != nil:
		return *d.insert, nil
	case d.propagate != nil:
		return datasources.PropagateHeaders{
			From: d.propagate.from.names(), Rename: d.propagate.rename, Default: d.propagate.standard,
		}, nil
	case d.remove != nil:
		return datasources.RemoveHeaders{Names: d.remove.names()}, nil
	default:
		return nil, nil //nolint:nilnil // the mapping has reported it
	}
}

// fresh makes a part of a rule.
func fresh[T, U any](part func(*T) **U) func(*T) *U {
	return func(t *T) *U {
		p := part(t)
		*p = new(U)
		return *p
	}
}

func rule() form[ruleDraft] {
	return object[ruleDraft]{oneOf: []string{"insert", "propagate", "remove"}, keys: []key[ruleDraft]{
		{
			name: "insert", form: at(fresh(func(d *ruleDraft) **datasources.InsertHeader { return &d.insert }), insertion()),
			example: `{ name: x-tenant, value: "${env.TENANT:-none}" }`, doc: "sets a header, whatever it was",
		},
		{
			name: "propagate", form: at(fresh(func(d *ruleDraft) **propagateDraft { return &d.propagate }), propagation()),
			example: "{ named: x-request-id }",
			doc:     "copies headers of the client's request, all values of each; of several rules for one header the first wins",
		},
		{
			name: "remove", form: at(fresh(func(d *ruleDraft) **chosenDraft { return &d.remove }), removal()),
			example: "{ named: x-debug }", doc: "takes headers out",
		},
	}}
}

func insertion() form[datasources.InsertHeader] {
	return object[datasources.InsertHeader]{
		required: []string{"name"}, oneOf: []string{"value", "from_context"},
		keys: []key[datasources.InsertHeader]{
			{
				name: "name", form: at(func(i *datasources.InsertHeader) *string { return &i.Name }, ownHeaderName()),
				example: "x-tenant", doc: "the header's name",
			},
			{
				name: "value", form: at(func(i *datasources.InsertHeader) *string { return &i.Value }, headerValue()),
				example: "t1", doc: "its value",
			},
			{
				name: "from_context", form: at(func(i *datasources.InsertHeader) *string { return &i.FromContext }, notEmpty()),
				example: "caller.subject",
				doc:     "the key of `$context` that has its value, or the path to it; without a value there, the header stays as the schema makes it",
			},
			{
				name: "path", form: anything[datasources.InsertHeader]{}, state: refused,
				instead: "a header cannot be taken from the body of a client's request: " +
					"let clients send a header, and propagate it",
			},
		},
	}
}

func propagation() form[propagateDraft] {
	from := func(p *propagateDraft) *chosenDraft { return &p.from }
	return object[propagateDraft]{
		oneOf: []string{"named", "matching"}, apart: [][2]string{{"default", "matching"}},
		keys: []key[propagateDraft]{
			{name: "named", form: at(from, chosenName(ownHeaderName())), example: "x-request-id", doc: "the name of a header"},
			{name: "matching", form: at(from, chosenPattern()), example: "^x-shop-", doc: patternDoc},
			{
				name: "rename", form: at(func(p *propagateDraft) *string { return &p.rename }, renamed()), example: "x-trace",
				doc: "the name to send it as. With `matching`, `$1` stands for what the first group has found",
			},
			{
				name: "default", form: at(func(p *propagateDraft) *string { return &p.standard }, headerValue()), example: "none",
				doc: "the value if the client does not send it",
			},
		},
	}
}

const patternDoc = "a regular expression (RE2) that finds something in the names, in lower case. It never chooses `host`, `accept`, " +
	"`content-type` and headers of the connection"

func removal() form[chosenDraft] {
	return object[chosenDraft]{oneOf: []string{"named", "matching"}, keys: []key[chosenDraft]{
		{name: "named", form: chosenName(headerName()), example: "x-debug", doc: "the name of a header"},
		{name: "matching", form: chosenPattern(), example: "^x-internal-", doc: patternDoc},
	}}
}

func chosenName(f form[string]) form[chosenDraft] {
	return at(func(c *chosenDraft) *string { return &c.name }, f)
}

func chosenPattern() form[chosenDraft] {
	return at(func(c *chosenDraft) **regexp.Regexp { return &c.pattern }, via(notEmpty(), func(s string) (*regexp.Regexp, error) {
		p, err := regexp.Compile(s)
		if err != nil {
			return nil, errNoExpression
		}
		return p, nil
	}))
}

var errNoExpression = errors.New(`expected a regular expression such as "^x-"`)

const headerNamePattern = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"

// headerName is any name of a header.
func headerName() form[string] {
	return text{wanted: "the name of a header", all: []string{headerNamePattern}}
}

// ownHeaderName is a name of a header that rules may set.
func ownHeaderName() form[string] {
	return text{
		wanted: "the name of a header that may be set",
		all:    []string{headerNamePattern},
		none:   []string{"^(" + strings.Join(eachCase(datasources.ConnectionHeaders()), "|") + ")$"},
	}
}

// renamed is ownHeaderName with places for groups.
func renamed() form[string] {
	return text{wanted: "the name of a header", all: []string{"^[!#$%&'*+.^_`|~0-9A-Za-z{}-]+$"}}
}

func headerValue() form[string] {
	return text{wanted: "a header's value, without control characters", all: []string{`^[^\x00-\x08\x0a-\x1f\x7f]*$`}}
}

func notEmpty() form[string] {
	return text{wanted: "a string that is not empty", all: []string{"."}}
}

// eachCase are patterns that find the words in upper and lower case: JSON Schema has no flag for that.
func eachCase(words []string) []string {
	patterns := make([]string, len(words))
	for i, word := range words {
		var b strings.Builder
		for _, c := range word {
			if upper := strings.ToUpper(string(c)); upper != string(c) {
				fmt.Fprintf(&b, "[%s%c]", upper, c)
			} else {
				b.WriteRune(c)
			}
		}
		patterns[i] = b.String()
	}
	return patterns
}
