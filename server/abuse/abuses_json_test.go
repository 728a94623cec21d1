package abuse_test

import "strings"

// jsonAbuses are bodies that are no JSON, or JSON as nobody writes it.
func jsonAbuses() []abuse {
	return []abuse{
		{name: "nothing", send: request("POST /graphql", "", contentJSON, "Content-Length: 0"), status: bad, code: malformed},
		{name: "half an object", send: post(`{"query":"{ __type`), status: bad, code: malformed},
		{name: "null", send: post(`null`), status: bad, code: malformed},
		{name: "a number", send: post(`1e999999`), status: bad, code: malformed},
		{name: "a string of a megabyte", send: post(`"` + strings.Repeat("x", 1_000_000) + `"`), status: bad, code: malformed},
		{name: "an array", send: post(`[` + plain + `]`), status: bad, code: "BATCHING_NOT_ENABLED"},
		{name: "two objects", send: post(plain + plain), status: bad, code: malformed},
		{name: "a byte order mark", send: post("\ufeff" + plain), status: bad, code: malformed},
		{name: "UTF-16", send: post("{\x00\"\x00q\x00"), status: bad, code: malformed},
		{name: "a NUL behind it", send: post(plain + "\x00"), status: bad, code: malformed},
		{name: "a trailing comma", send: post(`{"query":"{ __typename }",}`), status: bad, code: malformed},
		{name: "a comment", send: post(`{"query":"{ __typename }" /* x */}`), status: bad, code: malformed},
		{name: "NaN", send: post(`{"query":"{ __typename }","variables":{"x":NaN}}`), status: bad, code: malformed},
		{name: "a number with a leading zero", send: post(`{"query":"{ __typename }","variables":{"x":01}}`), status: bad, code: malformed},
		{name: "a line end in a string", send: post("{\"query\":\"{ __typename\n}\"}"), status: bad, code: malformed},
		{name: "an escape that is none", send: post(`{"query":"{ __typename \x41 }"}`), status: bad, code: malformed},
		{name: "invalid UTF-8", send: post("{\"query\":\"{ __typename } # \xff\"}"), status: bad, code: malformed},
		{name: "overlong UTF-8", send: post("{\"query\":\"{ __typename } # \xc0\xaf\"}"), status: bad, code: malformed},
		{name: "half a surrogate pair", send: post(`{"query":"{ __typename } # \ud800"}`), status: ok},
		{name: "one key twice", send: post(`{"query":"{ nonsense }","query":"{ __typename }"}`), status: ok},
		{name: "one key 60,000 times", send: post(`{` + strings.Repeat(`"query":"{nonsense}",`, 30_000) + `"query":"{ __typename }"}`), status: ok},
		{name: "60,000 keys", send: post(`{` + each(60_000, `"k%d":1,`) + `"query":"{ __typename }"}`), status: ok},
		{name: "a key of a megabyte", send: post(`{"` + strings.Repeat("k", 1_000_000) + `":1,"query":"{ __typename }"}`), status: ok},
		{name: "a prototype", send: post(`{"__proto__":{"query":"{ nonsense }"},"query":"{ __typename }"}`), status: ok},
		{name: "lists 20,000 deep", send: post(`{"query":"{ __typename }","x":` + around(deep, "[", "", "]") + `}`), status: bad, code: exceeded, limit: "json_nesting"},
		{name: "objects 20,000 deep", send: post(`{"query":"{ __typename }","x":` + around(deep, `{"a":`, "1", "}") + `}`), status: bad, code: exceeded, limit: "json_nesting"},
		{name: "a million brackets that never close", send: post(strings.Repeat("[", 1_000_000)), status: bad, code: exceeded, limit: "json_nesting"},
		{name: "a query that is a list", send: post(`{"query":["{ __typename }"]}`), status: bad, code: malformed},
		{name: "a name that is an object", send: post(`{"query":"{ __typename }","operationName":{}}`), status: bad, code: malformed},
		{name: "extensions that are a list", send: post(`{"query":"{ __typename }","extensions":[]}`), status: bad, code: malformed},
		{name: "a name of a megabyte", send: post(`{"query":"{ __typename }","operationName":"` + strings.Repeat("x", 1_000_000) + `"}`), status: bad, code: unchosen},
	}
}

// variableAbuses are values that a schema may multiply, or that no type has.
func variableAbuses() []abuse {
	const (
		ofJSON   = `query($v: JSON) { json(value: $v) }`
		ofFilter = `query($v: Filter) { filter(filter: $v) }`
		ofInt    = `query($v: Int) { int(n: $v) }`
	)
	return []abuse{
		{name: "a list for the variables", send: with(`{ __typename }`, `[]`), status: bad, code: malformed},
		{name: "a number that is infinite", send: with(`query($v: Float) { float(n: $v) }`, `{"v":1e999999}`), status: bad, code: misused},
		{name: "an exponent beyond all numbers", send: with(ofInt, `{"v":1e99999999999999999999}`), status: bad, code: misused},
		{name: "an integer of 900,000 digits", send: with(ofInt, `{"v":`+strings.Repeat("9", 900_000)+`}`), status: bad, code: misused},
		{name: "an id of 900,000 digits", send: with(`query($v: ID) { id(id: $v) }`, `{"v":`+strings.Repeat("9", 900_000)+`}`), status: ok},
		{name: "a small number with a large exponent", send: with(ofInt, `{"v":0.`+strings.Repeat("0", 100_000)+`1}`), status: bad, code: misused},
		{name: "a string of 900 KB", send: with(`query($v: String) { echo(text: $v) }`, `{"v":"`+strings.Repeat("x", 900_000)+`"}`), status: ok},
		{name: "a string of 150,000 escapes", send: with(`query($v: String) { echo(text: $v) }`, `{"v":"`+strings.Repeat(`\u0000`, 150_000)+`"}`), status: ok},
		{name: "half a surrogate pair", send: with(`query($v: String) { echo(text: $v) }`, `{"v":"\ud83d"}`), status: ok},
		{name: "a string of 900 KB for a number", send: with(ofInt, `{"v":"`+strings.Repeat("x", 900_000)+`"}`), status: bad, code: misused},
		{name: "an enum value of 900 KB", send: with(`query($v: Color) { enum(color: $v) }`, `{"v":"`+strings.Repeat("R", 900_000)+`"}`), status: bad, code: misused},
		{name: "a list of 10,001", send: with(`query($v: [ID!]) { ids(ids: $v) }`, `{"v":[`+strings.Repeat("1,", 10_000)+`1]}`), status: bad, code: exceeded, limit: "list_size"},
		{name: "a list of 10,000", send: with(`query($v: [ID!]) { ids(ids: $v) }`, `{"v":[`+strings.Repeat("1,", 9_999)+`1]}`), status: ok},
		{name: "a list of 150,000 for any type", send: with(ofJSON, `{"v":[`+strings.Repeat("1,", 150_000)+`1]}`), status: bad, code: exceeded, limit: "list_size"},
		{name: "a list of 400,000 for any type", send: with(ofJSON, `{"v":[`+strings.Repeat("1,", 400_000)+`1]}`), status: bad, code: exceeded, limit: "json_values"},
		{name: "400,000 lists", send: with(ofJSON, `{"v":[`+strings.Repeat("[],", 250_000)+`1]}`), status: bad, code: exceeded, limit: "json_values"},
		{name: "300,000 empty objects, each with its defaults", send: with(`query($v: [Filter!]) { filter(filters: $v) }`, `{"v":[`+strings.Repeat("{},", 300_000)+`{}]}`), status: bad, code: exceeded, limit: "json_values"},
		{name: "20 lists of 9,000", send: with(ofJSON, `{"v":{`+each(20, `"k%d":[`+strings.Repeat("1,", 9_000)+`1],`)+`"k":1}}`), status: bad, code: exceeded, limit: "variable_values"},
		{name: "lists 101 deep", send: with(ofJSON, `{"v":`+around(101, "[", "1", "]")+`}`), status: bad, code: exceeded, limit: "variable_nesting"},
		{name: "an input type in itself, 101 deep", send: with(ofFilter, `{"v":`+around(101, `{"or":`, "{}", "}")+`}`), status: bad, code: exceeded, limit: "variable_nesting"},
		{name: "an input type in itself, 20,000 deep", send: with(ofFilter, `{"v":`+around(deep, `{"or":`, "{}", "}")+`}`), status: bad, code: exceeded, limit: "json_nesting"},
		{name: "9,000 wrong items", send: with(`query($v: [ID!]) { ids(ids: $v) }`, `{"v":[`+strings.Repeat(`true,`, 9_000)+`1]}`), status: bad, code: misused},
		{name: "30,000 unknown fields", send: with(ofFilter, `{"v":{`+each(30_000, `"tex%d":1,`)+`"text":"x"}}`), status: bad, code: misused},
		{name: "one field 50,000 times", send: with(ofFilter, `{"v":{`+strings.Repeat(`"text":"y",`, 50_000)+`"text":"x"}}`), status: ok},
		{name: "null where none may be", send: with(`query($v: ID!) { user(id: $v) { id } }`, `{"v":null}`), status: bad, code: misused},
		{name: "a condition that is null", send: with(`query($v: Boolean = true) { __typename @include(if: $v) }`, `{"v":null}`), status: bad, code: misused},
	}
}
