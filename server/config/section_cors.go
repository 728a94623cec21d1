package config

import (
	"regexp"
	"slices"
	"time"
)

// CORS says which pages of other origins may use the endpoint. The zero CORS allows none.
type CORS struct {
	// Policies are for single origins; the first that has an origin decides.
	Policies []CORSPolicy
	// Any is for every origin that no policy has; nil allows no other. It allows no credentials.
	Any *CORSPolicy
}

// IsZero tells that no other origin is allowed.
func (c CORS) IsZero() bool { return len(c.Policies) == 0 && c.Any == nil }

// CORSPolicy says what pages of some origins may do.
type CORSPolicy struct {
	// Origins are spelled as browsers do; Patterns match whole ones.
	Origins  []string
	Patterns []*regexp.Regexp
	// AllowCredentials lets browsers send cookies and the like.
	AllowCredentials bool
	// Methods are those that may be used.
	Methods []string
	// AllowHeaders are those that requests may have, any if empty; ExposeHeaders are those of answers that pages may read.
	AllowHeaders, ExposeHeaders []string
	// MaxAge is how long browsers may remember it; 0 leaves that to them.
	MaxAge time.Duration
}

// Has tells whether the policy is for an origin.
func (p *CORSPolicy) Has(origin string) bool {
	return slices.Contains(p.Origins, origin) ||
		slices.ContainsFunc(p.Patterns, func(r *regexp.Regexp) bool { return r.MatchString(origin) })
}

// policyDraft is a policy as it is written.
type policyDraft struct {
	CORSPolicy
	// credentials is nil if the file does not say it.
	credentials *bool
}

// corsDraft is the section as it is written. general is what holds for policies that do not say something else, and a policy itself, for
// the origins in it.
type corsDraft struct {
	any      bool
	general  policyDraft
	policies []policyDraft
}

// corsMethods are allowed unless the file says something else.
func corsMethods() []string { return []string{"GET", "POST", "OPTIONS"} }

// finish fills what policies leave open with what holds for all.
func (d *corsDraft) finish() CORS {
	var out CORS
	nothing := CORSPolicy{Methods: corsMethods()}
	general := d.general.or(nothing)
	if d.any {
		forAny := general
		// Whoever may read what any page may read has to be nobody.
		forAny.Origins, forAny.Patterns, forAny.AllowCredentials = nil, nil, false
		out.Any = &forAny
	}
	for _, p := range d.policies {
		out.Policies = append(out.Policies, p.or(general))
	}
	if len(general.Origins)+len(general.Patterns) > 0 {
		out.Policies = append(out.Policies, general)
	}
	return out
}

// or fills what the policy leaves open.
func (p policyDraft) or(d CORSPolicy) CORSPolicy {
	out := p.CORSPolicy
	if out.AllowCredentials = d.AllowCredentials; p.credentials != nil {
		out.AllowCredentials = *p.credentials
	}
	if out.Methods == nil {
		out.Methods = d.Methods
	}
	if len(out.AllowHeaders) == 0 {
		out.AllowHeaders = d.AllowHeaders
	}
	if len(out.ExposeHeaders) == 0 {
		out.ExposeHeaders = d.ExposeHeaders
	}
	if out.MaxAge == 0 {
		out.MaxAge = d.MaxAge
	}
	return out
}

// corsForm reads the section.
type corsForm struct{ parts object[corsDraft] }

// Read implements form.
func (f corsForm) Read(r *reader, n *node, into *draft) {
	var d corsDraft
	f.parts.Read(r, n, &d)
	into.config.CORS = d.finish()
	if d.any && d.general.credentials != nil && *d.general.credentials {
		r.diags.Warnf(Code, n.field("allow_credentials").span,
			`"allow_credentials" has no effect for any origin: name those that may send credentials in "policies"`)
	}
}

// Shape implements form.
func (f corsForm) Shape() *shape { return f.parts.Shape() }

func cors() form[draft] {
	policy := object[policyDraft]{
		keys: slices.Concat(corsOrigins(), corsParts(""), lack[policyDraft]("private_network_access")),
	}
	keys := []key[corsDraft]{
		{
			name: "allow_any_origin", form: at(func(d *corsDraft) *bool { return &d.any }, flag{}), standard: "false", example: "true",
			doc: "whether pages of every origin may read answers, without credentials. Policies are looked at first",
		},
		{
			name: "policies", form: at(func(d *corsDraft) *[]policyDraft { return &d.policies }, list[policyDraft]{policy, "a list of policies"}),
			example: `[{ origins: ["https://app.example.org"] }]`,
			doc: "what pages of some origins may do, with the keys below; the first that has the origin decides. " +
				"What a policy does not say is taken from the section",
		},
	}
	for _, k := range append(corsOrigins(), corsParts("[GET, POST, OPTIONS]")...) {
		keys = append(keys, key[corsDraft]{
			name: k.name, form: at(func(d *corsDraft) *policyDraft { return &d.general }, k.form),
			standard: k.standard, example: k.example, doc: k.doc,
		})
	}
	return corsForm{object[corsDraft]{keys: keys}}
}

// corsOrigins say which origins.
func corsOrigins() []key[policyDraft] {
	return []key[policyDraft]{
		{
			name: "origins", form: at(func(p *policyDraft) *[]string { return &p.Origins }, list[string]{origin(), "a list of origins"}),
			standard: "[]", example: `["https://app.example.org"]`,
			doc: "origins as browsers spell them: scheme and host in lower case, a port that is not the usual one, and no path",
		},
		{
			name: "match_origins", form: at(func(p *policyDraft) *[]*regexp.Regexp { return &p.Patterns },
				list[*regexp.Regexp]{via(notEmpty(), compileOrigin), "a list of regular expressions"}),
			standard: "[]", example: `['https://[a-z0-9-]+\.example\.org']`,
			doc: "regular expressions (RE2) that match whole origins: `^` and `$` may be left out",
		},
	}
}

// corsParts say what they may do.
func corsParts(methods string) []key[policyDraft] {
	names := list[string]{headerName(), "a list of header names"}
	return []key[policyDraft]{
		{
			name: "allow_credentials", form: at(func(p *policyDraft) **bool { return &p.credentials }, via(flag{}, func(b bool) (*bool, error) { return &b, nil })),
			standard: "false", example: "true", doc: "whether browsers may send cookies and the like",
		},
		{
			name: "allow_headers", form: at(func(p *policyDraft) *[]string { return &p.AllowHeaders }, names),
			standard: "[]", example: "[content-type, authorization, apollo-require-preflight]",
			doc: "headers that requests may have; any, if there are none in the list",
		},
		{
			name: "expose_headers", form: at(func(p *policyDraft) *[]string { return &p.ExposeHeaders }, names),
			standard: "[]", example: "[retry-after]", doc: "headers of answers that pages may read, besides those that they always may",
		},
		{
			name: "methods", form: at(func(p *policyDraft) *[]string { return &p.Methods },
				list[string]{text{wanted: "a method in capitals", all: []string{"^[A-Z]+$"}}, "a list of methods"}),
			standard: methods, example: "[POST]", doc: "methods that may be used",
		},
		{
			name: "max_age", form: at(func(p *policyDraft) *time.Duration { return &p.MaxAge }, duration()), example: "2h",
			doc: "how long browsers may remember what is allowed; they decide without it",
		},
	}
}

// origin is the origin of a page.
func origin() form[string] {
	return text{
		wanted: `an origin such as "https://app.example.org", in lower case, without a path and the usual port`,
		all:    []string{`^[a-z][a-z0-9+.-]*://[^/?#@*A-Z ]+$`}, none: []string{"^http://.*:80$", "^https://.*:443$"},
	}
}

// compileOrigin has a pattern match whole origins: one that is found anywhere would let in whoever can choose a name around it.
func compileOrigin(pattern string) (*regexp.Regexp, error) {
	if _, err := regexp.Compile(pattern); err != nil {
		return nil, errNoExpression // also for what is one only with something around it
	}
	return regexp.MustCompile(`^(?:` + pattern + `)$`), nil
}
