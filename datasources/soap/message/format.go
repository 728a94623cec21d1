package message

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/value"
)

// format returns the text of a value in a simple type. An error is an *Error.
func (w *Writer) format(s *xsd.Simple, v value.Value) (string, error) {
	var text string
	var err error
	switch s.Variety {
	case xsd.List:
		text, err = w.formatList(s, v)
	case xsd.Union:
		text, err = w.formatUnion(s, v)
	default:
		text, err = w.formatAtomic(s.Builtin, v)
	}
	if err != nil {
		return "", err
	}
	if s.Enumeration != nil && !isEnumerated(s, enumerated(s, v, text)) {
		return "", w.errorf("expects a value of its enumeration"+few(s.Enumeration), "%q is none of the values that the schema allows%s", text, allowed(text, s.Enumeration))
	}
	if s.Facets != nil {
		err = w.facets(s, text)
	}
	return text, err
}

// allowed is the value that was probably meant, or else those that there are, as far as they are few.
func allowed(text string, values []string) string {
	if near := didYouMean(text, values); near != "" {
		return near
	}
	return few(values)
}

// few lists values as far as they are few.
func few(values []string) string {
	const most = 6
	if len(values) > most {
		return ""
	}
	return ": " + strings.Join(values, ", ")
}

// enumerated is the text that stands in an enumeration for a value: names have no prefixes there.
func enumerated(s *xsd.Simple, v value.Value, text string) string {
	if namesIn(s) {
		return v.Text()
	}
	return text
}

// formatList writes items with blanks between them. A scalar is a list of one.
func (w *Writer) formatList(s *xsd.Simple, v value.Value) (string, error) {
	var words []string
	for _, item := range listOf(v) {
		word, err := w.format(s.Item, item)
		if err != nil {
			return "", err
		}
		if word == "" || strings.ContainsAny(word, " \t\r\n") {
			return "", w.errorf("expects items without blanks", "%q cannot be an item of a list", word)
		}
		words = append(words, word)
	}
	return strings.Join(words, " "), nil
}

// formatUnion writes the value in the first member that has it.
func (w *Writer) formatUnion(s *xsd.Simple, v value.Value) (string, error) {
	for _, member := range s.Members {
		if text, err := w.format(member, v); err == nil {
			return text, nil
		}
	}
	return "", w.errorf("expects a value of a member of its union", "%s fits no member of the union", describe(v))
}

// formatAtomic writes a scalar as the built-in type spells it.
func (w *Writer) formatAtomic(b xsd.Builtin, v value.Value) (string, error) {
	given, ok := scalarText(v)
	if !ok {
		return "", w.errorf("expects "+b.String(), "%s, expected %s", describe(v), b)
	}
	text := given
	switch b {
	case xsd.String:
	case xsd.NormalizedString:
		text = strings.Map(blank, given)
	case xsd.Token:
		text = strings.Join(strings.FieldsFunc(given, isBlank), " ")
	case xsd.QName:
		text, ok = w.formatQName(given)
	default:
		// A number stays as it is spelled, a text may be one: the type decides.
		text, ok = lexical(b, strings.Trim(given, " \t\r\n"))
		if b == xsd.Boolean && v.IsNumber() {
			ok = false
		}
	}
	if !ok {
		return "", w.errorf("expects "+b.String(), "%s is no %s", describe(v), b)
	}
	return text, nil
}

// scalarText is the text of a string, number or boolean.
func scalarText(v value.Value) (string, bool) {
	switch v.Kind() {
	case value.KindString, value.KindInt, value.KindFloat:
		return v.Text(), true
	case value.KindBool:
		return strconv.FormatBool(v.AsBool()), true
	default:
		return "", false
	}
}

// formatQName writes a name that is given in Clark's notation, "{namespace}name".
func (w *Writer) formatQName(text string) (string, bool) {
	name, isWhole := ParseName(text)
	if !isWhole {
		name.Local = text
	}
	if !xmltext.IsNCName(name.Local) {
		return "", false
	}
	return w.qualified(name), true
}

func isBlank(c rune) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func blank(c rune) rune {
	if isBlank(c) {
		return ' '
	}
	return c
}

// zone is the time zone at the end of dates and times, and that end.
const zone = `(Z|[+-][0-9]{2}:[0-9]{2})?$`

// The shapes of dates and times; whether a day exists is for the server to say.
var (
	datePattern  = regexp.MustCompile(`^-?[0-9]{4,}-[0-9]{2}-[0-9]{2}` + zone)
	timePattern  = regexp.MustCompile(`^[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?` + zone)
	stampPattern = regexp.MustCompile(`^-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?` + zone)
	partPattern  = regexp.MustCompile(`^(-?[0-9]{4,}(-[0-9]{2})?|--[0-9]{2}(-[0-9]{2})?|---[0-9]{2})` + zone)
	spanPattern  = regexp.MustCompile(`^-?P([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?$`)
)

// lexical checks a text without blanks around it, and returns it as the type spells it.
func lexical(b xsd.Builtin, text string) (string, bool) {
	switch b {
	case xsd.Boolean:
		switch text {
		case "true", "1":
			return "true", true
		case "false", "0":
			return "false", true
		}
		return "", false
	case xsd.Float, xsd.Double:
		return text, text == "NaN" || text == "INF" || text == "-INF" || isFloat(text)
	case xsd.Decimal:
		return decimal(text)
	case xsd.DateTime:
		return text, stampPattern.MatchString(text)
	case xsd.Date:
		return text, datePattern.MatchString(text)
	case xsd.Time:
		return text, timePattern.MatchString(text)
	case xsd.Calendar:
		return text, partPattern.MatchString(text)
	case xsd.Duration:
		return text, spanPattern.MatchString(text) && text[len(text)-1] != 'P' && text[len(text)-1] != 'T'
	case xsd.Base64:
		_, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		return text, err == nil
	case xsd.Hex:
		_, err := hex.DecodeString(text)
		return text, err == nil
	default:
		return integer(b, text)
	}
}

// mayBeList tells that several words may be one value: of a list, or of a union that has one.
func mayBeList(s *xsd.Simple) bool {
	return s.Variety == xsd.List || s.Variety == xsd.Union && slices.ContainsFunc(s.Members, mayBeList)
}
