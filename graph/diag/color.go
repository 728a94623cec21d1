package diag

// palette paints with ANSI colours when it is on.
type palette struct{ on bool }

func (p palette) strong(s string) string { return p.wrap("1", s) }
func (p palette) dim(s string) string    { return p.wrap("34", s) }

func (p palette) severity(severity Severity, s string) string {
	if severity == Warning {
		return p.wrap("1;33", s)
	}
	return p.wrap("1;31", s)
}

func (p palette) wrap(code, s string) string {
	if !p.on {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
