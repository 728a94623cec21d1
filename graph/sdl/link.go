package sdl

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
)

// link is one `@link` of a document: which specification, and under which names its elements are known.
type link struct {
	url linkURL
	// namespace is the prefix of names that are not imported: `as`, else the specification's name.
	namespace string
	// spec is nil for a specification that we do not know; its elements are accepted and ignored.
	spec *spec
	// isUnknown tells that we know the specification and not this version of it.
	isUnknown bool
	at        diag.Span
}

// imported is an element under the name of its import.
type imported struct {
	link *link
	// name is the specification's own name, with "@" for a directive.
	name string
	at   diag.Span
}

// link reads the document's links and sets its dialect. Names are always looked up through the links, never by their usual
// spelling (Connectors specification 2.1).
func (b *builder) link(d *document) {
	d.namespaces, d.imports = map[string]*link{}, map[string]imported{}
	for _, s := range d.syntax.schemas {
		for _, applied := range s.Directives {
			if applied.Name == linkDirective(d) {
				b.addLink(d, applied)
			}
		}
	}
	b.addImplied(d)
}

// linkDirective is the name under which the document knows `@link`: the link specification may be linked with `as`.
func linkDirective(d *document) string {
	for _, s := range d.syntax.schemas {
		for _, applied := range s.Directives {
			as, hasAs := stringArgument(applied, "as")
			url, hasURL := stringArgument(applied, "url")
			if hasAs && hasURL && as == applied.Name && parseLinkURL(url).identity == identityLink {
				return as
			}
		}
	}
	return "link"
}

// stringArgument returns the value of an argument that is a string.
func stringArgument(applied *ast.Directive, name string) (string, bool) {
	a := applied.Arguments.ForName(name)
	if a == nil || a.Value.Kind != ast.StringValue && a.Value.Kind != ast.BlockValue {
		return "", false
	}
	return a.Value.Raw, true
}

// addLink reads one `@link`. The forms of its arguments are checked later, like those of every directive.
func (b *builder) addLink(d *document, applied *ast.Directive) {
	text, ok := stringArgument(applied, "url")
	if !ok {
		return
	}
	l := &link{url: parseLinkURL(text), at: b.at(applied.Arguments.ForName("url").Value.Position)}
	l.namespace = l.url.name
	if as, ok := stringArgument(applied, "as"); ok {
		l.namespace = as
	}
	for _, other := range d.links {
		if other.url.identity == l.url.identity {
			b.diags.Errorf(codeGraphQL, l.at, "%s is linked twice", l.url.identity)
			b.note("first linked here", other.at)
			return
		}
	}
	b.knowLink(d, l)
	d.links = append(d.links, l)
	if other := d.namespaces[l.namespace]; l.namespace != "" && other != nil && !isConnect(l.url.identity) {
		b.diags.Errorf(codeGraphQL, l.at, `the prefix %q is taken by another link; choose one with the argument "as"`, l.namespace)
		b.note("the other link is here", other.at)
	} else if l.namespace != "" {
		d.namespaces[l.namespace] = l
	}
	if list := applied.Arguments.ForName("import"); list != nil {
		b.addImports(d, l, list.Value)
	}
}

func isConnect(identity string) bool { return identity == identityPublic || identity == identityWeft }

// knowLink finds what we know of the linked specification.
func (b *builder) knowLink(d *document, l *link) {
	known, ok := b.specs.of(l.url.identity, l.url.version)
	if l.spec = known; isConnect(l.url.identity) {
		if !ok {
			l.isUnknown = true
			b.unknownVersion(l)
			// The newest version stands in, so that the rest of the document can be checked all the same.
			l.spec, _ = b.specs.of(identityWeft, "v0.1")
		}
		if d.connectLink != nil {
			b.diags.Errorf(codeDialects, l.at, "a document links either %s or %s, not both", identityPublic, identityWeft)
			b.note("the other link is here", d.connectLink.at)
			return
		}
		d.connectLink = l
		d.Dialect, d.Mode, d.Version = Public, modeOf(l.url.version), l.url.version
		if l.url.identity == identityWeft {
			d.Dialect, d.Mode = Weft, mapping.V04
		}
	}
	if l.url.identity == identityFederation {
		d.federated = true
	}
	if l.spec == nil {
		b.warnOfUnknown(l)
	}
}

// warnOfUnknown points at a specification that we do not know and that looks like one that we do: its directives have no effect.
func (b *builder) warnOfUnknown(l *link) {
	known := []string{identityWeft, identityPublic, identityFederation, identityLink}
	nearest := diag.Nearest(l.url.identity, known)
	if nearest == "" && l.url.name == "connect" {
		nearest = identityWeft
	}
	if nearest != "" {
		b.diags.Warnf(codeUnknownSpecification, l.at, "the specification %s is not known, so that its directives have no effect", l.url.identity)
		b.diags.last().Nearest = nearest
	}
}

// modeOf returns the grammar of a version of the public specification; v0.1 is read as v0.2.
func modeOf(version string) mapping.Mode {
	switch version {
	case "v0.1", "v0.2":
		return mapping.V02
	case "v0.3":
		return mapping.V03
	default:
		return mapping.V04
	}
}

func (b *builder) unknownVersion(l *link) {
	known := "v0.1, v0.2, v0.3 and v0.4"
	if l.url.identity == identityWeft {
		known = "v0.1"
	}
	if l.url.version == "" {
		b.diags.Errorf(codeUnknownVersion, l.at, "the link names no version; known ones are %s", known)
		return
	}
	b.diags.Errorf(codeUnknownVersion, l.at, "version %s of %s is not known; known ones are %s", l.url.version, l.url.identity, known)
}

// addImports reads the argument `import`: names, or `{name, as}`.
func (b *builder) addImports(d *document, l *link, list *ast.Value) {
	items := list.Children
	if list.Kind != ast.ListValue {
		items = ast.ChildValueList{{Value: list}}
	}
	for _, item := range items {
		v := item.Value
		name, as := v, v
		if v.Kind == ast.ObjectValue {
			name, as = v.Children.ForName("name"), v.Children.ForName("as")
			if as == nil {
				as = name
			}
		}
		if !isString(name) || !isString(as) {
			b.errorf(codeGraphQL, v.Position, `expected a name or {name: "…", as: "…"} as an import`)
			continue
		}
		b.addImport(d, l, name, as)
	}
}

func (b *builder) addImport(d *document, l *link, name, as *ast.Value) {
	if strings.HasPrefix(name.Raw, "@") != strings.HasPrefix(as.Raw, "@") {
		b.errorf(codeGraphQL, as.Position, "%q and %q must both begin with \"@\" or both not: directives do, types do not", name.Raw, as.Raw)
		return
	}
	if !isName(strings.TrimPrefix(as.Raw, "@")) {
		b.errorf(codeGraphQL, as.Position, "%q is no name", as.Raw)
		return
	}
	if l.spec != nil && !l.spec.defines(name.Raw) {
		b.errorf(codeGraphQL, name.Position, "%s has no element %q", l.url, name.Raw)
		b.suggest(name.Raw, l.spec.elements())
		return
	}
	if other, ok := d.imports[as.Raw]; ok {
		b.errorf(codeGraphQL, as.Position, "%q is imported twice", as.Raw)
		b.note("first imported here", other.at)
		return
	}
	d.imports[as.Raw] = imported{link: l, name: name.Raw, at: b.at(name.Position)}
}

// defines reports whether the specification has an element, a directive with "@". `URLPathTemplate` is what some tools call
// `URLTemplate`.
func (s *spec) defines(element string) bool {
	if directive, ok := strings.CutPrefix(element, "@"); ok {
		return s.directives[directive] != nil
	}
	return s.types[s.prefix+"__"+element] != nil || element == "URLPathTemplate"
}

// addImplied adds what needs no link: `@link` itself, and the directives of federation v1 where v2 is not linked.
func (b *builder) addImplied(d *document) {
	if d.namespaces["link"] == nil {
		known, _ := b.specs.of(identityLink, "v1.0")
		d.namespaces["link"] = &link{url: linkURL{identity: identityLink, name: "link"}, namespace: "link", spec: known}
	}
	if d.federated {
		return
	}
	known, _ := b.specs.of(identityFederation, "v1")
	l := &link{url: linkURL{identity: identityFederation, name: "federation"}, spec: known}
	for _, name := range []string{"@key", "@external", "@requires", "@provides", "@extends", "@tag", "@inaccessible"} {
		if _, taken := d.imports[name]; !taken {
			d.imports[name] = imported{link: l, name: name}
		}
	}
}

func isString(v *ast.Value) bool {
	return v != nil && (v.Kind == ast.StringValue || v.Kind == ast.BlockValue)
}
