package soap

import (
	"slices"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

// faultCodes are what an error tells of a Fault.
type faultCodes struct {
	// code is the local name of the code, subcodes are those of its subcodes, the outermost first.
	code     string
	subcodes []string
}

// Bounds of what clients see of a Fault's codes, which are names, and one inside of the other.
const (
	maxCodeBytes = 256
	maxSubcodes  = 16
)

// extension is the value of `soap` in an error's extensions.
func (f faultCodes) extension() value.Value {
	fields := []value.Field{{Name: "faultcode", Value: value.String(shortCode(f.code))}}
	if len(f.subcodes) > 0 {
		subcodes := slices.Clone(f.subcodes[:min(len(f.subcodes), maxSubcodes)])
		for i, code := range subcodes {
			subcodes[i] = shortCode(code)
		}
		fields = append(fields, value.Field{Name: "faultsubcodes", Value: value.From(subcodes)})
	}
	return value.Object(fields)
}

// shortCode is a code as far as it is one: whoever makes up a Fault can put any text there.
func shortCode(code string) string {
	if len(code) <= maxCodeBytes {
		return code
	}
	return strings.ToValidUTF8(code[:maxCodeBytes], "") + "…"
}

// readFault reads a Fault of either version. What both have is called by the names of SOAP 1.1.
func (e *envelopeReader) readFault() error {
	e.content.isFault = true
	f := faultReader{envelopeReader: e}
	err := children(e.x, f.part)
	fields := f.fields
	if len(e.content.fault.subcodes) > 0 {
		fields = append(fields, value.Field{Name: "faultsubcodes", Value: value.From(e.content.fault.subcodes)})
	}
	e.content.value = value.Object(fields)
	return err
}

// faultReader reads one Fault.
type faultReader struct {
	*envelopeReader

	fields []value.Field
}

// part reads a child of a Fault: SOAP 1.1, 4.4, whose names are in no namespace, which not all servers know, or SOAP 1.2, 5.4.
func (f *faultReader) part() error {
	name := f.x.Name()
	switch name.Local {
	case "Code":
		return f.code(&f.content.fault.code)
	case "Reason":
		return f.reason()
	}
	v, err := message.ReadUntyped(f.x, f.schemas)
	if err != nil {
		return err
	}
	switch name.Local {
	case "faultcode":
		f.content.fault.code = localPart(faultText(v))
		f.add("faultcode", value.String(f.content.fault.code))
	case "faultstring", "faultactor":
		f.add(name.Local, value.String(faultText(v)))
	case "Role":
		f.add("faultactor", value.String(faultText(v)))
	case "Node":
		f.add("faultnode", value.String(faultText(v)))
	case "detail", "Detail":
		f.add("detail", v)
	}
	return nil
}

func (f *faultReader) add(name string, v value.Value) {
	f.fields = append(f.fields, value.Field{Name: name, Value: v})
}

// code reads a Code and its Subcodes, one inside of the other.
func (f *faultReader) code(code *string) error {
	return children(f.x, func() error {
		switch f.x.Name().Local {
		case "Value":
			v, err := message.ReadUntyped(f.x, nil)
			text := localPart(faultText(v))
			if code != nil {
				*code = text
				f.add("faultcode", value.String(text))
			} else {
				f.content.fault.subcodes = append(f.content.fault.subcodes, text)
			}
			return err
		case "Subcode":
			return f.code(nil)
		default:
			return f.x.Skip()
		}
	})
}

// reason reads the texts of a Reason, one for each language. The English one, or else the first, is the faultstring.
func (f *faultReader) reason() error {
	var texts []value.Value
	best := ""
	isEnglish := false
	err := children(f.x, func() error {
		language, _ := f.x.Attr(xmltext.Name{Space: xmltext.SpaceXML, Local: "lang"})
		v, err := message.ReadUntyped(f.x, nil)
		text := faultText(v)
		english := language == "en" || strings.HasPrefix(language, "en-")
		if len(texts) == 0 || english && !isEnglish {
			best, isEnglish = text, english
		}
		texts = append(texts, value.Object([]value.Field{
			{Name: "@lang", Value: value.String(language)}, {Name: xsd.TextField, Value: value.String(text)},
		}))
		return err
	})
	f.add("faultstring", value.String(best))
	f.add("faultreasons", value.Array(texts))
	return err
}

// faultText is the text of an element that may have attributes, such as xml:lang.
func faultText(v value.Value) string {
	if v.Kind() == value.KindObject {
		v = v.Get(xsd.TextField)
	}
	return strings.Trim(v.Text(), " \t\r\n")
}

// localPart drops the prefix of a fault code, which every server chooses as it likes.
func localPart(code string) string { return code[strings.LastIndexByte(code, ':')+1:] }
