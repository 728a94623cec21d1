package sdl

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/schema"
)

// Identities of the specifications that we know.
const (
	identityLink       = "https://specs.apollo.dev/link"
	identityFederation = "https://specs.apollo.dev/federation"
	identityPublic     = "https://specs.apollo.dev/connect"
	identityWeft       = "https://weftgraph.dev/connect"
	// The directives that restrict access, as composed documents link them.
	identityAuthenticated = "https://specs.apollo.dev/authenticated"
	identityScopes        = "https://specs.apollo.dev/requiresScopes"
	identityPolicy        = "https://specs.apollo.dev/policy"
)

// spec is what one version of a specification defines.
type spec struct {
	// prefix is the default prefix of the names in types and in the arguments' types.
	prefix string
	// directives by their names.
	directives map[string]*ast.DirectiveDefinition
	// types by their names with the default prefix.
	types map[string]*ast.Definition
}

// elements are the names that a document can import, directives with "@".
func (s *spec) elements() []string {
	var names []string
	for name := range s.directives {
		names = append(names, "@"+name)
	}
	for name := range s.types {
		names = append(names, strings.TrimPrefix(name, s.prefix+"__"))
	}
	slices.Sort(names)
	return names
}

// specs reads the definitions that ship with the binary, each once for a build.
type specs struct{ byFile map[string]*spec }

func newSpecs() *specs { return &specs{byFile: map[string]*spec{}} }

// of returns the definitions of a specification, nil when we do not know it. ok is false for an unknown version of a
// specification that we do know.
func (s *specs) of(identity, version string) (found *spec, ok bool) {
	var name, text string
	switch identity {
	case identityLink:
		name, text = schema.Link()
	case identityFederation, identityAuthenticated, identityScopes, identityPolicy:
		name, text = schema.Federation()
	case identityPublic:
		name, text = schema.Connect(version)
	case identityWeft:
		name, text = schema.Weft(version)
	default:
		return nil, true
	}
	if text == "" {
		return nil, false
	}
	if s.byFile[name] == nil {
		s.byFile[name] = readSpec(name, text, specPrefix(identity))
	}
	return s.byFile[name], true
}

// specName is the last segment of an identity.
func specName(identity string) string { return identity[strings.LastIndexByte(identity, '/')+1:] }

// specPrefix is the prefix of names in the definitions of a specification: its name, if they are not another's.
func specPrefix(identity string) string {
	if isAccess(identity) {
		return specName(identityFederation)
	}
	return specName(identity)
}

// readSpec parses definitions of our own, which have no errors: a test loads them all.
func readSpec(name, text, prefix string) *spec {
	var diags diag.List
	tree := parse(newFile(name, text), &diags)
	s := &spec{prefix: prefix, directives: map[string]*ast.DirectiveDefinition{}, types: map[string]*ast.Definition{}}
	for _, d := range tree.directives {
		s.directives[d.Name] = d
	}
	for _, d := range tree.definitions {
		s.types[d.Name] = d.Definition
	}
	return s
}
