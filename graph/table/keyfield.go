package table

// KeyField is one field of a key: a value, or an object of further fields. It says what a key is; a KeyColumn says where it
// stands in the rows of a level.
type KeyField struct {
	Name string
	// Kind says how values are compared; that of an object does not matter.
	Kind KeyKind
	// Required tells that the field is declared non-null: what lacks it has no key (Connectors specification 5.3).
	Required bool
	// Fields are those of an object, nil for a value.
	Fields []KeyField
}

// Elsewhere is the Member of a field that the rows do not have, since those of another provider do.
const Elsewhere = -1

// KeyColumn locates a field of a key in the rows of a level.
type KeyColumn struct {
	// Member is the hidden column with the value or, where Level is set, the composite member that leads to the object's rows.
	Member int
	// Level is the level of the object's rows, or of the elements' where List is set; 0 where the column holds the text of the
	// whole value.
	Level int
	List  bool
	// Inner locates the elements of the rows where those are lists themselves.
	Inner *KeyColumn
	// Fields locate the object's fields in its rows, parallel to those of the KeyField.
	Fields []KeyColumn
}

// field finds a field by its name.
func (f *KeyField) field(name []byte) *KeyField {
	for i := range f.Fields {
		if f.Fields[i].Name == string(name) {
			return &f.Fields[i]
		}
	}
	return nil
}
