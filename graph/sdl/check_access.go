package sdl

// warnAccess warns about directives that restrict who may ask: they are read and kept, and nothing enforces them yet. Whoever relies on them has to
// know.
func (n numbering) warnAccess() {
	for i := range n.g.Types {
		n.warnRestricted(n.g.Types[i].Name, n.g.Types[i].Directives)
	}
	for i := range n.g.Fields {
		f := &n.g.Fields[i]
		n.warnRestricted(n.g.Types[f.Parent].Name+"."+f.Name, f.Directives)
	}
}

func (n numbering) warnRestricted(coordinate string, applied []Applied) {
	for _, a := range applied {
		switch a.Name {
		case "authenticated", "requiresScopes", "policy":
			n.diags.Warnf(codeNotEnforced, n.at(a.Directive.Position),
				"@%s on %s is not enforced by this version: everybody can ask for it", a.Name, coordinate)
		}
	}
}
