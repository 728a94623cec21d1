package message

import "testing"

// TestUntypedErrorsHaveNoValues: clients of REST sources see them.
func TestUntypedErrorsHaveNoValues(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		`["secret"]`:                        `order: a list, and a document has one root element`,
		`{"line":[["secret"]]}`:             `order/line: a list inside of a list, which XML cannot have`,
		`{"@id":{"a":"secret"}}`:            `order/@id: object, expected a text`,
		`{"@id":["secret"]}`:                `order/@id: array, expected a text`,
		`{"#text":["secret"]}`:              `order: array, expected a text`,
		`{"line":{"#text":{"a":"secret"}}}`: `order/line: object, expected a text`,
		`{"a b":"secret"}`:                  `order: "a b" cannot be the name of an element`,
		`"secret\u0000"`:                    `order: the text has a character that XML cannot have`,
	} {
		if _, err := AppendUntyped(nil, "order", parsed(t, given)); err == nil || err.Error() != want {
			t.Errorf("%s: %v", given, err)
		}
	}
}
