package response

import (
	"net/http"
	"slices"
	"strings"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// Variables binds what the settings and the reply give to mappings. It is immutable and safe for concurrent use.
type Variables struct {
	config, env value.Value
	// needsReply tells that some mapping reads `$response`, which costs an object per call.
	needsReply bool
}

// NewVariables returns the variables of a connector. Both may be bound for either phase.
func NewVariables(s datasources.Settings, c datasources.Connector) *Variables {
	v := &Variables{config: objectOrEmpty(s.Config), env: objectOrEmpty(s.Env)}
	for _, m := range []*mapping.Mapping{
		s.IsSuccess, s.ErrorsMessage, s.ErrorsExtensions,
		c.IsSuccess, c.ErrorsMessage, c.ErrorsExtensions, c.Selection, c.By,
	} {
		v.needsReply = v.needsReply || m != nil && m.Uses(mapping.Response).Used
	}
	return v
}

// BindSource sets `$config` and `$env`, which belong to the source.
func (v *Variables) BindSource(env *mapping.Env) {
	env.Vars[mapping.Config] = v.config
	env.Vars[mapping.EnvVars] = v.env
}

// BindReply sets all variables of the response phase: the source's, `$status`, and, when some mapping reads it,
// `$response` with the headers and, if there are any, the trailers.
func (v *Variables) BindReply(env *mapping.Env, r *datasources.Reply) {
	v.BindSource(env)
	env.Vars[mapping.Status] = value.Int(int64(r.Status))
	if !v.needsReply {
		return
	}
	fields := []value.Field{{Name: "headers", Value: headerObject(r.Header)}}
	if len(r.Trailer) > 0 {
		fields = append(fields, value.Field{Name: "trailers", Value: headerObject(r.Trailer)})
	}
	env.Vars[mapping.Response] = value.Object(fields)
}

// AddReply adds a property to `$response`, which BindReply has set, when some mapping reads it and there is a value.
func (v *Variables) AddReply(env *mapping.Env, name string, given value.Value) {
	if v.needsReply && !given.IsMissing() {
		fields := env.Vars[mapping.Response].Fields()
		env.Vars[mapping.Response] = value.Object(append(fields[:len(fields):len(fields)], value.Field{Name: name, Value: given}))
	}
}

// headerObject is a header as mappings see it: names in lower case, each with the array of its values.
func headerObject(h http.Header) value.Value {
	fields := make([]value.Field, 0, len(h))
	for name, texts := range h {
		fields = append(fields, value.Field{Name: strings.ToLower(name), Value: value.From(texts)})
	}
	slices.SortFunc(fields, func(a, b value.Field) int { return strings.Compare(a.Name, b.Name) })
	return value.Object(fields)
}

func objectOrEmpty(v value.Value) value.Value {
	if v.Kind() != value.KindObject {
		return value.Object(nil)
	}
	return v
}
