package datasources

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// HeaderRules change the header of a request after its mappings have made it, in their order (Connectors specification 9,
// headers.connector). They are immutable and safe for concurrent use.
type HeaderRules []HeaderRule

// HeaderRule is one of InsertHeader, PropagateHeaders and RemoveHeaders.
type HeaderRule interface {
	apply(h *ruledHeader)
	canonical(c *canonicalText)
	// readsRequest says which headers of the client's request it depends on; nil for none.
	readsRequest() *HeaderNames
	// readsContext tells that it depends on `$context`.
	readsContext() bool
}

// AddRequestHeaders adds the headers of the client's request that the rules depend on, by canonical name. It is false when these
// cannot be named, because a pattern chooses them.
func (r HeaderRules) AddRequestHeaders(names map[string]bool) bool {
	areNamed := true
	for _, rule := range r {
		switch chosen := rule.readsRequest(); {
		case chosen == nil:
		case chosen.Pattern != nil:
			areNamed = false
		default:
			names[http.CanonicalHeaderKey(chosen.Name)] = true
		}
	}
	return areNamed
}

// ReadsContext tells whether a rule depends on `$context`.
func (r HeaderRules) ReadsContext() bool {
	return slices.ContainsFunc(r, HeaderRule.readsContext)
}

// Apply changes a header or metadata by the rules. They see `$request` and `$context` in env.
func (r HeaderRules) Apply(header map[string][]string, form HeaderForm, env *mapping.Env) {
	h := ruledHeader{values: header, form: form, env: env}
	for _, rule := range r {
		rule.apply(&h)
	}
}

// InsertHeader sets a header to one value, whatever it was.
type InsertHeader struct {
	Name string
	// Value is what is sent, if FromContext is empty.
	Value string
	// FromContext is a key of `$context`, or a path of keys with dots between them, such as "caller.subject". Without a value there, or with one
	// that cannot be sent, the header stays as mappings have made it. In no case does a rule send on what the client has put under its name:
	// whoever reads it takes it for what is known of the caller.
	FromContext string
}

func (r InsertHeader) readsRequest() *HeaderNames { return nil }

func (r InsertHeader) readsContext() bool { return r.FromContext != "" }

func (r InsertHeader) canonical(c *canonicalText) {
	c.text("insert", r.Name)
	c.text("value", r.Value)
	c.text("fromContext", r.FromContext)
}

func (r InsertHeader) apply(h *ruledHeader) {
	if r.FromContext == "" {
		h.set(r.Name, []string{r.Value})
		return
	}
	h.claim(r.Name)
	v := inContext(h.env.Vars[mapping.Context], r.FromContext)
	if v.IsMissing() || v.IsNull() {
		return
	}
	text := v.Text()
	if v.Kind() != value.KindString {
		text = v.String()
	}
	h.set(r.Name, []string{text})
}

// inContext finds a value by its key, which may have dots in it, or by a path of keys.
func inContext(context value.Value, path string) value.Value {
	if v := context.Get(path); !v.IsMissing() {
		return v
	}
	for key := range strings.SplitSeq(path, ".") {
		context = context.Get(key)
	}
	return context
}

// HeaderNames chooses headers by name, or all whose names in lower case a pattern finds.
type HeaderNames struct {
	Name string
	// Pattern is used if Name is empty.
	Pattern *regexp.Regexp
}

// matches tells whether a name is chosen. A pattern never chooses what belongs to the connection or tells of the body: whoever
// wants these names them.
func (n HeaderNames) matches(name string) bool {
	if n.Pattern == nil {
		return strings.EqualFold(n.Name, name)
	}
	return !isReserved(name) && n.Pattern.MatchString(strings.ToLower(name))
}

func (n HeaderNames) canonical(c *canonicalText) {
	c.text("named", n.Name)
	if n.Pattern != nil {
		c.text("matching", n.Pattern.String())
	}
}

// PropagateHeaders copies headers of the client's request, all values of each. What a mapping has set is replaced; of several
// rules that give one header the first wins.
type PropagateHeaders struct {
	From HeaderNames
	// Rename is the name to send, the client's if empty. With a pattern, $1 in it stands for what the first group has found.
	Rename string
	// Default is the value if the client has not sent the header, unless it is empty. It needs a name.
	Default string
}

func (r PropagateHeaders) readsRequest() *HeaderNames { return &r.From }

func (r PropagateHeaders) readsContext() bool { return false }

func (r PropagateHeaders) canonical(c *canonicalText) {
	c.mark("propagate")
	r.From.canonical(c)
	c.text("rename", r.Rename)
	c.text("default", r.Default)
}

func (r PropagateHeaders) apply(h *ruledHeader) {
	sent := h.env.Vars[mapping.Request].Get("headers")
	if r.From.Pattern != nil {
		for _, f := range sent.Fields() {
			if r.From.matches(f.Name) {
				h.propagate(r.target(f.Name), f.Value)
			}
		}
		return
	}
	values := sent.Get(strings.ToLower(r.From.Name))
	if values.IsMissing() && r.Default != "" {
		values = value.Array([]value.Value{value.String(r.Default)})
	}
	if !values.IsMissing() {
		h.propagate(r.target(r.From.Name), values)
	}
}

// target is the name under which a header is sent on.
func (r PropagateHeaders) target(name string) string {
	switch {
	case r.Rename == "":
		return name
	case r.From.Pattern == nil:
		return r.Rename
	default:
		lower := strings.ToLower(name)
		found := r.From.Pattern.FindStringSubmatchIndex(lower)
		return string(r.From.Pattern.ExpandString(nil, r.Rename, lower, found))
	}
}

// RemoveHeaders takes headers out.
type RemoveHeaders struct{ Names HeaderNames }

func (r RemoveHeaders) readsRequest() *HeaderNames { return nil }

func (r RemoveHeaders) readsContext() bool { return false }

func (r RemoveHeaders) canonical(c *canonicalText) {
	c.mark("remove")
	r.Names.canonical(c)
}

func (r RemoveHeaders) apply(h *ruledHeader) { h.remove(r.Names.matches) }
