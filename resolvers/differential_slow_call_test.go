package resolvers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// slowReply is the decoded reply of one call, or the code of its error.
type slowReply struct {
	body   any
	failed string
}

// canonical is a text that is the same for equal keys: by type and spelling in the public dialect, after coercion in ours.
func (x *slowExecutor) canonical(f *modelField, v any) string {
	if v == nil || v == (absent{}) {
		return "null"
	}
	if inside, ok := v.(insideKey); ok {
		return "inside " + x.canonical(f, inside.value)
	}
	text := plainText(v)
	if !x.g.public && text != "" {
		switch f.typ.Name() {
		case "ID", "String":
			return "text " + text
		case "Int", "Float":
			if r, ok := new(big.Rat).SetString(text); ok {
				return "number " + r.RatString()
			}
		}
	}
	return string(appendJSON(nil, v))
}

// asField is the role of a supplier that is asked for a field; an entity supplier's role is the type's name.
const asField = "field"

// call asks a back end, once for the same request.
func (x *slowExecutor) call(s *modelSupplier, keys []any, node *ast.Field, role string) slowReply {
	given := map[string]any{}
	canonical := []string{role}
	for i, k := range keys {
		given["k"+strconv.Itoa(i)] = k
		if inside, ok := k.(insideKey); ok {
			given["k"+strconv.Itoa(i)] = inside.value
		}
		canonical = append(canonical, x.canonical(s.on.field(s.needs[i]), k))
	}
	if role == asField {
		x.addArguments(s, node, given)
		canonical = append(canonical, argumentTexts(node))
		if (s.style == inBody || x.g.public) && !s.isBatch() && node != nil {
			canonical = append(canonical, node.Alias)
		}
	}
	req, ok := s.request(given)
	if !ok {
		return slowReply{failed: "CONNECTOR_FETCH"}
	}
	x.asked[fmt.Sprint(x.serial, s.id, canonical)] = true
	r, isKnown := x.replies[req.text]
	if !isKnown {
		r = x.do(req)
		x.replies[req.text] = r
	}
	return r
}

func argumentTexts(node *ast.Field) string {
	if node == nil {
		return ""
	}
	var b strings.Builder
	for _, a := range node.Definition.Arguments {
		if given := node.Arguments.ForName(a.Name); given != nil {
			b.WriteString(a.Name + ":" + given.Value.String() + ";")
		}
	}
	return b.String()
}

// addArguments coerces the arguments of a field ([GraphQL] 6.4.1).
func (x *slowExecutor) addArguments(s *modelSupplier, node *ast.Field, given map[string]any) {
	for _, def := range s.field.args {
		var v any = absent{}
		if node != nil {
			if a := node.Arguments.ForName(def.name); a != nil {
				v = x.argument(a.Value)
			}
		}
		if v == (absent{}) {
			v = nil
			if def.literal != "" && def.literal != "null" {
				v = json.Number(def.literal)
			}
			if def.literal == "true" {
				v = true
			}
		}
		name := def.name
		for i, k := range s.needs {
			if s.form == explicitEntity && k == name {
				name = "k" + strconv.Itoa(i)
			}
		}
		given[name] = v
	}
}

// slowRequest is a request before it is sent.
type slowRequest struct {
	method, url, body, text string
}

// request builds what the supplier's connector would send for one object. It is false when a value does not fit into a URL
// (Connectors specification 3.1, 3.3).
func (s *modelSupplier) request(given map[string]any) (slowRequest, bool) {
	r := slowRequest{method: http.MethodGet, url: fmt.Sprintf("http://back.test/e%d", s.id)}
	if s.isBatch() {
		keys := map[string]any{}
		for i := range s.needs {
			name := "k" + strconv.Itoa(i)
			keys[name] = given[name]
			delete(given, name)
		}
		given["keys"] = []any{keys}
		if s.join {
			given["keys"] = plainText(keys["k0"])
		}
	}
	if s.style == inBody {
		text, err := json.Marshal(given)
		if err != nil {
			return r, false
		}
		r.method, r.body = http.MethodPost, string(text)
	} else {
		query := url.Values{}
		for name, v := range given {
			list, isList := v.([]any)
			if _, isObject := v.(map[string]any); isObject || isList && s.style != inParams {
				return r, false
			}
			if !isList {
				list = []any{v}
			}
			for _, e := range list {
				switch e.(type) {
				case map[string]any, []any:
					return r, false
				}
				if text := plainText(e); text != "" {
					query.Add(name, text)
				}
			}
		}
		r.url += "?" + query.Encode()
	}
	r.text = r.method + " " + r.url + " " + r.body
	return r, true
}

func (x *slowExecutor) do(r slowRequest) slowReply {
	req, err := http.NewRequest(r.method, r.url, strings.NewReader(r.body))
	if err != nil {
		return slowReply{failed: err.Error()}
	}
	resp, err := x.client.Do(req)
	if err != nil {
		return slowReply{failed: "HTTP_CLIENT_ERROR"}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return slowReply{failed: "HTTP_CLIENT_ERROR"}
	}
	var out slowReply
	isJSON := resp.Header.Get("Content-Type") == "application/json"
	if isJSON {
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&out.body); err != nil {
			return slowReply{failed: "CONNECTOR_RESPONSE_INVALID"}
		}
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return slowReply{failed: "CONNECTOR_FETCH"}
	}
	if !isJSON && !x.g.public {
		return slowReply{failed: "CONNECTOR_RESPONSE_INVALID"} // Weft's dialect: what should be read cannot be
	}
	return out
}
