package resolvers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/weftgraph/weft/graph/value"
)

// foldWidth is what fits on a line of an answer.
const foldWidth = 120

// folded writes JSON for people: what fits on a line stands on one line. Numbers stay as they are written; strings lose needless
// escapes, which a scanned reply keeps.
func folded(raw json.RawMessage, indent string) string {
	raw = bytes.TrimSpace(raw)
	line := spaced(raw)
	if isLeaf(raw) || utf8.RuneCountInString(indent+line) <= foldWidth {
		return line
	}
	deeper := indent + "  "
	var parts []string
	for _, item := range itemsOf(raw) {
		part := item.key + folded(item.value, deeper)
		if last := len(parts) - 1; raw[0] == '[' && last >= 0 && isLeaf(item.value) && len(parts[last])+len(part) < foldWidth {
			parts[last] += ", " + part // leaves share lines
			continue
		}
		parts = append(parts, deeper+part)
	}
	return string(raw[0]) + "\n" + strings.Join(parts, ",\n") + "\n" + indent + string(raw[len(raw)-1])
}

func isLeaf(raw json.RawMessage) bool { return raw[0] != '{' && raw[0] != '[' }

// spaced writes JSON on one line.
func spaced(raw json.RawMessage) string {
	switch raw[0] {
	case '{', '[':
	case '"':
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return string(raw)
		}
		return string(value.String(text).AppendJSON(nil))
	default:
		return string(raw)
	}
	var parts []string
	for _, item := range itemsOf(raw) {
		parts = append(parts, item.key+spaced(item.value))
	}
	return string(raw[0]) + strings.Join(parts, ", ") + string(raw[len(raw)-1])
}

// jsonItem is an element of an array or a field of an object, whose key is written as `"key": `.
type jsonItem struct {
	key   string
	value json.RawMessage
}

// itemsOf takes an array or an object apart, whose text is valid.
func itemsOf(raw json.RawMessage) []jsonItem {
	d := json.NewDecoder(bytes.NewReader(raw))
	_, _ = d.Token() // the opening bracket
	var items []jsonItem
	for d.More() {
		var item jsonItem
		if raw[0] == '{' {
			key, err := d.Token()
			if err != nil {
				return nil
			}
			item.key = fmt.Sprintf("%q: ", key)
		}
		if d.Decode(&item.value) != nil {
			return nil
		}
		items = append(items, item)
	}
	return items
}
