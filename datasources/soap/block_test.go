package soap

import (
	"strings"
	"testing"
)

// TestWhatIsBlockedIsNotWritten: what may stand for an element is said by the element, its type, or the whole schema. final is about schemas and not
// about messages: it blocks nothing.
func TestWhatIsBlockedIsNotWritten(t *testing.T) {
	t.Parallel()
	const (
		circle = `{"shape":{"#element":"circle","id":"1","radius":2}}`
		typed  = `{"shape":{"#type":"Circle","id":"1","radius":2}}`
		narrow = `{"shape":{"#type":"Narrow","id":"1"}}`
	)
	for name, c := range map[string]struct {
		// element and typ are what the head and its type say.
		element, typ string
		// allowed are the values that can be written.
		allowed []string
	}{
		"nothing":               {"", "", []string{circle, typed, narrow}},
		"all":                   {`block="#all"`, "", nil},
		"substitution":          {`block="substitution"`, "", []string{typed, narrow}},
		"extension":             {`block="extension"`, "", []string{narrow}},
		"restriction":           {`block="restriction"`, "", []string{circle, typed}},
		"extension of the type": {"", `block="extension"`, []string{narrow}},
		"two ways":              {`block="extension restriction"`, "", nil},
		"an empty block":        {`block=""`, "", []string{circle, typed, narrow}},
		"final":                 {`final="#all"`, `final="#all"`, []string{circle, typed, narrow}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := exchange(outType + `<xs:element ref="t:shape"/>` + outEnd + `
				<xs:element name="shape" type="t:Shape" ` + c.element + `/>
				<xs:element name="circle" type="t:Circle" substitutionGroup="t:shape"/>
				<xs:complexType name="Shape" ` + c.typ + `><xs:sequence><xs:element name="id" type="xs:string"/><xs:element name="more" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType>
				<xs:complexType name="Circle"><xs:complexContent><xs:extension base="t:Shape"><xs:sequence><xs:element name="radius" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
				<xs:complexType name="Narrow"><xs:complexContent><xs:restriction base="t:Shape"><xs:sequence><xs:element name="id" type="xs:string"/></xs:sequence></xs:restriction></xs:complexContent></xs:complexType>`)
			for _, given := range []string{circle, typed, narrow} {
				_, err := body(t, s, given)
				isAllowed := strings.Contains(strings.Join(c.allowed, " "), given)
				if (err == nil) != isAllowed {
					t.Errorf("%s: %v", given, err)
				}
			}
		})
	}
}
