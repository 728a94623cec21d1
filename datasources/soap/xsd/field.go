package xsd

// Names of fields that are neither elements nor attributes.
const (
	TextField    = "#text"
	TypeField    = "#type"
	ElementField = "#element"
)

// Field is what one name in a mapping means in the values of a type: exactly one of Element and Attribute is set, or neither for
// the text.
type Field struct {
	// Name is as mappings have it.
	Name      string
	Element   *Element
	Attribute *Attribute
	// List tells that the element may occur more than once: its value is an array, even of one or none.
	List bool
	// Required tells that every value has the field.
	Required bool
}

// fieldTable is the fields of one type, by the names of both sides.
type fieldTable struct {
	list        []Field
	byName      map[string]int
	byElement   map[Name]int
	byAttribute map[Name]int
	// wildcard is that of the content, nil when nothing but the elements may occur.
	wildcard *Wildcard
}

// Fields returns the fields of the type's values, in the order of the schema, to be read only. A type with IsText has none.
func (t *Type) Fields() []Field { return t.fields.list }

// Field returns the field with a name, and nil when there is none.
func (t *Type) Field(name string) *Field {
	if i, ok := t.fields.byName[name]; ok {
		return &t.fields.list[i]
	}
	return nil
}

// ElementFieldIndex returns the index in Fields of the element with a name, or of the one that it substitutes; -1 when there is none.
func (t *Type) ElementFieldIndex(name Name) int {
	if i, ok := t.fields.byElement[name]; ok {
		return i
	}
	return -1
}

// AttributeField returns the field of an attribute, and nil when there is none.
func (t *Type) AttributeField(name Name) *Field {
	if i, ok := t.fields.byAttribute[name]; ok {
		return &t.fields.list[i]
	}
	return nil
}

// Wildcard returns what elements may occur besides the declared ones; nil when none may.
func (t *Type) Wildcard() *Wildcard { return t.fields.wildcard }

// Actual returns the declaration of the element that occurs under a name in the place of e: e itself or a substitute; nil for others.
func (e *Element) Actual(name Name) *Element {
	if e.Name == name {
		return e
	}
	for _, s := range e.Substitutes {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// HasSubstitutes tells that values say which element they are.
func (e *Element) HasSubstitutes() bool { return len(e.Substitutes) > 0 || e.Abstract }
