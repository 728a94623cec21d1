package shop

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// jsonFormat is how the REST service writes.
type jsonFormat struct{}

var _ format = jsonFormat{}

func (jsonFormat) failed(status int) reply {
	return failure(status, codeFault, "the service was told to answer %d", status)
}

func (jsonFormat) spoil(d Damage, body []byte) []byte {
	switch d {
	case Garbage:
		return []byte("}{ this is \x00 not JSON ]")
	case HalfDocument:
		return body[:len(body)/2]
	case WrongType:
		return rewrite(body, swapTypes)
	case WrongCount:
		return rewrite(body, dropLast)
	case InvalidUTF8:
		return bytes.ReplaceAll(body, []byte(`:"`), []byte(":\"\xff"))
	case Empty:
		return nil
	default:
		return body
	}
}

// rewrite decodes a body, changes it and encodes it again; a body that is no
// JSON stays.
func rewrite(body []byte, change func(any) any) []byte {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return body
	}
	changed, err := json.Marshal(change(value))
	if err != nil {
		return body
	}
	return changed
}

func swapTypes(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			v[key] = swapTypes(member)
		}
	case []any:
		for i, element := range v {
			v[i] = swapTypes(element)
		}
	case string:
		return len(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return value
}

func dropLast(value any) any {
	if rows, ok := value.([]any); ok && len(rows) > 0 {
		return rows[:len(rows)-1]
	}
	return value
}
