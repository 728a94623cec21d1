package config

// shape is a form without the type that it is read into: what the JSON Schema, the reference page and print need to know.
type shape struct {
	kind  shapeKind
	words string
	// keys, required, oneOf, apart and tolerates are a mapping's, as in the form.
	keys            []shapeKey
	required, oneOf []string
	apart           [][2]string
	tolerates       bool
	// isOptional tells that a null may stand for an empty mapping.
	isOptional bool
	// placeholder is what stands for the names of entries; entry is the shape of the values of entries and of the items of a list.
	placeholder string
	entry       *shape
	// all and none are the patterns of a text.
	all, none []string
	isSecret  bool
	options   []string
}

type shapeKey struct {
	name              string
	shape             *shape
	doc               string
	standard, example string
	state             keyState
	quiet, instead    string
	variable          string
	isOptIn           bool
}

type shapeKind uint8

const (
	anyShape shapeKind = iota
	mappingShape
	entriesShape
	listShape
	dataShape
	textShape
	flagShape
	integerShape
	choiceShape
)
