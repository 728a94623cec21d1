package xsd

// TypeNamed returns the type of the schemas with a local name; nil when there is none, or several.
func (s *Set) TypeNamed(local string) *Type {
	var found *Type
	for name, t := range s.types {
		if name.Local != local {
			continue
		}
		if found != nil {
			return nil
		}
		found = t
	}
	return found
}
