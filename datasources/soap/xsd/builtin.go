package xsd

import "github.com/weftgraph/weft/datasources/soap/xmltext"

// Builtin is a built-in atomic type, or several that are written and read alike.
type Builtin uint8

// The built-in types. Types derived from string and without a meaning for us, such as language, are Token.
const (
	String Builtin = iota
	NormalizedString
	Token
	Boolean
	Decimal
	Integer
	Float
	Double
	DateTime
	Date
	Time
	// Calendar is gYear, gYearMonth, gMonth, gMonthDay and gDay.
	Calendar
	Duration
	Base64
	Hex
	QName

	// NonPositiveInteger is the first of the integers with a range.
	NonPositiveInteger
	NegativeInteger
	NonNegativeInteger
	PositiveInteger
	Long
	Int
	Short
	Byte
	UnsignedLong
	UnsignedInt
	UnsignedShort
	UnsignedByte
)

// builtinNames are the names of the atomic types.
//
//nolint:gochecknoglobals // a table that is never changed
var builtinNames = map[string]Builtin{
	"anySimpleType": String, "anyAtomicType": String, "string": String, "normalizedString": NormalizedString,
	"boolean": Boolean, "decimal": Decimal, "integer": Integer, "float": Float, "double": Double,
	"dateTime": DateTime, "dateTimeStamp": DateTime, "date": Date, "time": Time,
	"gYear": Calendar, "gYearMonth": Calendar, "gMonth": Calendar, "gMonthDay": Calendar, "gDay": Calendar,
	"duration": Duration, "dayTimeDuration": Duration, "yearMonthDuration": Duration,
	"base64Binary": Base64, "hexBinary": Hex, "QName": QName, "NOTATION": QName,
	"nonPositiveInteger": NonPositiveInteger, "negativeInteger": NegativeInteger,
	"nonNegativeInteger": NonNegativeInteger, "positiveInteger": PositiveInteger,
	"long": Long, "int": Int, "short": Short, "byte": Byte,
	"unsignedLong": UnsignedLong, "unsignedInt": UnsignedInt, "unsignedShort": UnsignedShort, "unsignedByte": UnsignedByte,
	"token": Token, "anyURI": Token, "language": Token, "Name": Token, "NCName": Token, "NMTOKEN": Token, "ID": Token, "IDREF": Token,
	"ENTITY": Token,
}

// String returns the name as schemas write it, such as "xs:decimal".
func (b Builtin) String() string {
	switch b {
	case Token:
		return "xs:token"
	case Calendar:
		return "a calendar date"
	}
	for _, name := range []string{
		"string", "normalizedString", "boolean", "decimal", "integer", "float", "double", "dateTime", "date", "time", "duration",
		"base64Binary", "hexBinary", "QName", "nonPositiveInteger", "negativeInteger", "nonNegativeInteger", "positiveInteger",
		"long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
	} {
		if builtinNames[name] == b {
			return "xs:" + name
		}
	}
	return "xs:anySimpleType"
}

// anyType is xs:anyType, the type of elements about which nothing is said.
//
//nolint:gochecknoglobals // a constant in all but name: it is found by its pointer
var anyType = &Type{
	Name:      schemaName("anyType"),
	IsComplex: true,
	Mixed:     true,
	Content: &Particle{Kind: Sequence, Min: 1, Max: 1, Children: []*Particle{
		{Kind: Any, Max: Unbounded, Wildcard: &Wildcard{}},
	}},
	OpenAttributes: &Wildcard{},
}

// builtinTypes are the types of the XML Schema namespace.
//
//nolint:gochecknoglobals // a table that is made once and never changed
var builtinTypes = func() map[Name]*Type {
	types := map[Name]*Type{anyType.Name: anyType}
	anySimple := &Type{Name: schemaName("anySimpleType"), Base: anyType, Simple: &Simple{}}
	for name, b := range builtinNames {
		types[schemaName(name)] = &Type{Name: schemaName(name), Base: anySimple, Simple: &Simple{Builtin: b}}
	}
	types[anySimple.Name] = anySimple
	for _, name := range []string{"NMTOKENS", "IDREFS", "ENTITIES"} {
		types[schemaName(name)] = &Type{Name: schemaName(name), Base: anySimple, Simple: &Simple{Variety: List, Item: &Simple{Builtin: Token}}}
	}
	return types
}()

// isXMLAttribute tells the attributes of the xml namespace, whose schema nobody has to import. They are tokens.
func isXMLAttribute(name Name) bool {
	if name.Space != xmltext.SpaceXML {
		return false
	}
	switch name.Local {
	case "lang", "base", "id", "space":
		return true
	default:
		return false
	}
}

func schemaName(local string) Name { return Name{Space: xmltext.SpaceSchema, Local: local} }
