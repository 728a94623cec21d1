package abuse_test

import (
	"fmt"
	"strings"
)

// documentAbuses are texts that cost a lexer, a parser or whoever expands fragments much more than they cost their author.
func documentAbuses() []abuse {
	return []abuse{
		{name: "nothing but blanks", send: query(" \t\n"), status: bad, code: unchosen},
		{name: "900 KB of comment", send: query("{ __typename } #" + strings.Repeat("x", 900_000)), status: ok},
		{name: "20,000 comments", send: query(strings.Repeat("#\n", 20_000) + "{ __typename }"), status: bad, code: exceeded, limit: "tokens"},
		{name: "900 KB of commas", send: query("{ __typename }" + strings.Repeat(",", 900_000)), status: ok},
		{name: "a byte order mark", send: query("\ufeff{ __typename }"), status: ok},
		{name: "a byte order mark in the middle", send: query("{ \ufeff__typename }"), status: ok},
		{name: "a name of 900 KB", send: query("{ " + strings.Repeat("x", 900_000) + " }"), status: bad, code: exceeded, limit: "name_length"},
		{name: "a variable's name of 257 bytes", send: query("query($" + strings.Repeat("x", 257) + ": Int) { __typename }"), status: bad, code: exceeded, limit: "name_length"},
		{name: "a NUL", send: query("{ __typename \x00 }"), status: bad, code: unparsed},
		{name: "an emoji as a name", send: query("{ 🧵 }"), status: bad, code: unparsed},
		{name: "an escape beyond Unicode", send: query(`{ echo(text: "\u{110000}") }`), status: bad, code: unparsed},
		{name: "half a surrogate pair", send: query(`{ echo(text: "\uD800") }`), status: bad, code: unparsed},
		{name: "an escape of 100,000 digits", send: query(`{ echo(text: "\u{` + strings.Repeat("0", 100_000) + `41}") }`), status: ok},
		{name: "a string without an end", send: query(`{ echo(text: "` + strings.Repeat("x", 900_000)), status: bad, code: unparsed},
		{name: "a block string without an end", send: query(`{ echo(text: """` + strings.Repeat("\n  x", 100_000)), status: bad, code: unparsed},
		{name: "a block string of 200,000 lines", send: query(`{ echo(text: """` + strings.Repeat("\n  x", 200_000) + `""") }`), status: ok},
		{name: "an integer of 900,000 digits", send: query("{ int(n: " + strings.Repeat("9", 900_000) + ") }"), status: bad, code: invalid},
		{name: "a float that is infinite", send: query("{ float(n: 1e999999) }"), status: bad, code: invalid},
		{name: "8,000 fields and a brace too few", send: query("{ user(id: 1) {" + strings.Repeat(" id", 8_000)), status: bad, code: unparsed},
		{name: "100,000 tokens", send: query("{" + strings.Repeat(" a", 100_000) + " }"), status: bad, code: exceeded, limit: "tokens"},
		{name: "100,000 braces", send: query(strings.Repeat("{a", 100_000)), status: bad, code: exceeded, limit: "nesting"},
		{name: "lists 20,000 deep", send: query("{ json(value: " + around(deep, "[", "", "]") + ") }"), status: bad, code: exceeded, limit: "nesting"},
		{name: "lists 1,000 deep", send: query("{ json(value: " + around(1_000, "[", "", "]") + ") }"), status: bad, code: exceeded, limit: "nesting"},
		{name: "objects 1,000 deep", send: query("{ json(value: " + around(1_000, "{a:", "1", "}") + ") }"), status: bad, code: exceeded, limit: "nesting"},
		{name: "a type 1,000 deep", send: query("query($v: " + around(1_000, "[", "Int", "]") + ") { __typename }"), status: bad, code: exceeded, limit: "nesting"},
		{name: "fields 101 deep", send: query("{ user(id: 1)" + around(100, "{ friends ", "{ id }", "}") + "}"), status: bad, code: exceeded, limit: "depth"},
		{name: "200 inline fragments in each other", send: query("{" + around(195, "...{", "__typename", "}") + "}"), status: ok},
		{name: "fragments that double 60 times", send: query("{ user(id: 1) { ...F0 } }" + doubling(60)), status: bad, code: exceeded, limit: "fields"},
		{name: "a fragment in itself", send: query("{ ...F } fragment F on Query { ...F }"), status: bad, code: invalid},
		{name: "fragments that double in a circle, below __schema", send: query("{ __schema { ...F0 } }" + circle(60)), status: bad, code: invalid},
		{name: "a fragment in itself 4,000 times, in 190 operations", send: query(each(190, "query q%d { ...A } ") + each(400, "fragment g%d on Query { __typename } ") + "fragment A on Query {" + strings.Repeat("...A ", 4_000) + "}"), status: bad, code: invalid},
		{name: "600 fragments", send: query("{ ...F0 }" + each(600, " fragment F%d on Query { __typename }")), status: bad, code: exceeded, limit: "fragments"},
		{name: "a chain of 480 fragments", send: query("{ ...F0 }" + chained(480)), status: bad, code: exceeded, limit: "validation_steps"},
		{name: "201 operations", send: query(each(201, "query q%d { __typename } ")), status: bad, code: exceeded, limit: "operations"},
		{name: "501 variables", send: query("query(" + each(501, "$v%d: Int ") + ") { __typename }"), status: bad, code: exceeded, limit: "variables"},
		{name: "1,001 aliases", send: query("{ user(id: 7) {" + each(1_001, " a%d: id") + " } }"), status: bad, code: exceeded, limit: "aliases"},
		{name: "201 calls by aliases", send: query("{" + each(201, " a%d: user(id: %[1]d) { id }") + " }"), status: bad, code: exceeded, limit: "root_fields"},
		{name: "201 calls by aliases in fragments", send: query("{" + each(21, " ...F%d") + " }" + aliasesInFragments(21, 10)), status: bad, code: exceeded, limit: "root_fields"},
		{name: "5,000 times one type name", send: query("{" + each(4_900, " a%d: __typename") + " }"), status: bad, code: exceeded, limit: "root_fields"},
		{name: "1,001 directives", send: query("{ user(id: 7) {" + strings.Repeat(" id @include(if: true)", 1_001) + " } }"), status: bad, code: exceeded, limit: "directives"},
		{name: "51 directives at one place", send: query("{ __typename" + strings.Repeat(" @skip(if: false)", 51) + " }"), status: bad, code: exceeded, limit: "directives_per_location"},
		{name: "51 directives at an operation", send: query("query" + strings.Repeat(" @x", 51) + "{ __typename }"), status: bad, code: exceeded, limit: "directives_per_location"},
		{name: "51 directives at a variable", send: query("query($v: Int" + strings.Repeat(" @x", 51) + ") { __typename }"), status: bad, code: exceeded, limit: "directives_per_location"},
		{name: "a list of 10,001", send: query("{ json(value: [" + strings.Repeat("1 ", 10_001) + "]) }"), status: bad, code: exceeded, limit: "list_size"},
	}
}

// validationAbuses are texts whose checks somebody has made quadratic.
func validationAbuses() []abuse {
	return []abuse{
		{name: "8,000 overlapping fields", send: query("{ user(id: 7) {" + strings.Repeat(" id", 8_000) + " } }"), status: ok},
		{name: "2,000 overlapping objects", send: query("{" + strings.Repeat(" user(id: 7) { id }", 1_600) + " }"), status: ok},
		{name: "2,000 overlapping arguments", send: query("{" + strings.Repeat(` user(id: 7 filter: { min: 1 text: "x" }) { id }`, 600) + " }"), status: ok},
		{name: "overlapping objects of 1,000 keys", send: query("{" + strings.Repeat(" json(value: {"+each(1_000, "k%d: 1 ")+"})", 4) + " }"), status: ok},
		{name: "hundreds of conflicts", send: query("{ user(id: 7) {" + strings.Repeat(" x: id x: name", 400) + " } }"), status: bad, code: invalid},
		{name: "conflicts in deep fragments", send: query("{ user(id: 7) { ...A ...B } }" + " fragment A on User { friends { ...C } } fragment B on User { friends { ...D } } fragment C on User { x: id } fragment D on User { x: name }"), status: bad, code: invalid},
		{name: "10,000 unknown fields", send: query("{ user(id: 7) {" + each(10_000, " nam%d") + " } }"), status: bad, code: invalid},
		{name: "2,000 unknown fields with long names", send: query("{ user(id: 7) {" + each(2_000, " "+strings.Repeat("n", 200)+"%d") + " } }"), status: bad, code: invalid},
		{name: "4,000 unknown arguments", send: query("{ user(id: 7" + each(4_000, " i%d: 1") + ") { id } }"), status: bad, code: invalid},
		{name: "one argument 4,000 times", send: query("{ user(" + strings.Repeat("id: 7 ", 4_000) + ") { id } }"), status: bad, code: invalid},
		{name: "4,000 unknown input fields", send: query("{ filter(filter: {" + each(4_000, "tex%d: 1 ") + "}) }"), status: bad, code: invalid},
		{name: "one input field 4,000 times", send: query("{ filter(filter: {" + strings.Repeat("min: 1 ", 4_000) + "}) }"), status: bad, code: invalid},
		{name: "490 unknown types", send: query("{ __typename }" + each(490, " fragment F%d on Typ%[1]d { x }")), status: bad, code: invalid},
		{name: "490 unused fragments", send: query("{ __typename }" + each(490, " fragment F%d on Query { __typename }")), status: bad, code: invalid},
		{name: "490 unused variables", send: query("query(" + each(490, "$v%d: Int ") + ") { __typename }"), status: bad, code: invalid},
		{name: "490 variables of unknown types", send: query("query(" + each(490, "$v%d: Itn ") + ") { __typename }"), status: bad, code: invalid},
		{name: "6,000 undefined variables", send: query("{ json(value: [" + each(6_000, "$v%d ") + "]) }"), status: bad, code: invalid},
		{name: "a list in 150 operations", send: query(each(150, "query q%d { ...A } ") + "fragment A on Query { json(value: [" + strings.Repeat("1 ", 9_000) + "]) }"), status: bad, code: exceeded, limit: "validation_steps"},
		{name: "500 variables in 5,000 places", send: with("query("+each(500, "$v%03d: Int ")+") { json(value: ["+each(500, "$v%03d ")+strings.Repeat("$v499 ", 5_000)+"]) }", "{}"), status: ok},
		{name: "400 conditions", send: with("query("+each(400, "$v%d: Boolean! ")+") {"+each(150, " a%d: __typename @include(if: $v%[1]d)")+" user(id: 7) {"+each(400, " a%d: id @skip(if: $v%[1]d)")+" } }", "{"+each(400, `"v%d":true,`)+`"v":1}`), status: ok},
		{name: "an unknown operation", send: post(`{"query":"query A { __typename }","operationName":"B"}`), status: bad, code: unchosen},
		{name: "two operations and no name", send: query("query A { __typename } query B { __typename }"), status: bad, code: unchosen},
		{name: "two anonymous operations", send: query("{ __typename } { __typename }"), status: bad, code: invalid},
		{name: "a subscription where there are none", send: query("subscription { x }"), status: bad, code: invalid},
		{name: "a schema instead of a query", send: query("type Query { x: Int }"), status: bad, code: unparsed},
	}
}

// introspectionAbuses make much of a schema's circles.
func introspectionAbuses() []abuse {
	const types = "{ __schema { types { "
	return []abuse{
		{name: "fields of types of fields of types", send: query(types + around(40, "fields { type { ", "name", "} } ") + "} } }"), status: bad, code: exceeded, limit: "introspection_depth"},
		{name: "three levels of lists", send: query(`{ __type(name: "User") { fields { type { possibleTypes { interfaces { name } } } } } }`), status: bad, code: exceeded, limit: "introspection_depth"},
		{name: "the same by fragments", send: query(types + "...A } } } fragment A on __Type { fields { type { ...B } } } fragment B on __Type { fields { type { ...C } } } fragment C on __Type { inputFields { name } }"), status: bad, code: exceeded, limit: "introspection_depth"},
		{name: "200 schemas", send: query("{" + each(190, " a%d: __schema { types { name } }") + " }"), status: bad, code: exceeded, limit: "introspection_fields"},
		{name: "600 fields", send: query("{ __schema { types {" + each(600, " a%d: name") + " } } }"), status: bad, code: exceeded, limit: "introspection_fields"},
		{name: "ofType 99 deep", send: query("{ __schema { types { fields { type " + around(95, "{ ofType ", "{ name }", " }") + " } } } }"), status: ok},
		{name: "a type's name of 200 KB", send: query(`{ __type(name: "` + strings.Repeat("x", 200_000) + `") { name } }`), status: ok},
	}
}

// replyAbuses come from back ends: the request is good.
func replyAbuses() []abuse {
	const unreadable = "CONNECTOR_RESPONSE_INVALID"
	reply := func(name string) sending { return query(`{ reply(name: "` + name + `") }`) }
	node := func(name string) sending {
		return query(`{ node(name: "` + name + `") { id child { id child { id } } } }`)
	}
	return []abuse{
		{name: "objects 20,000 deep, as they are", send: reply("objects"), status: ok, code: unreadable},
		{name: "objects 20,000 deep, selected", send: node("objects"), status: ok, code: unreadable},
		{name: "lists 20,000 deep, as they are", send: reply("lists"), status: ok, code: unreadable},
		{name: "lists 20,000 deep, selected", send: node("lists"), status: ok, code: unreadable},
		{name: "a million brackets that never close", send: node("unclosed"), status: ok, code: unreadable},
		{name: "a number of a million digits", send: node("number"), status: ok},
		{name: "an exponent beyond all numbers", send: node("exponent"), status: ok, code: "TYPE_MISMATCH"},
		{name: "100,000 keys", send: node("keys"), status: ok},
		{name: "one key 100,000 times", send: node("same"), status: ok},
		{name: "invalid UTF-8", send: node("utf8"), status: ok, code: unreadable},
		{name: "17 MiB", send: node("long"), status: ok, code: unreadable, limit: "reply_bytes", allocated: 256},
		{name: "nothing", send: node("nothing"), status: ok, code: unreadable},
	}
}

// doubling returns n fragments of which each spreads the next twice, and a last one.
func doubling(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on User { a: friends { ...F%[2]d } b: friends { ...F%[2]d } }", i, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on User { id }", n)
	return b.String()
}

// circle returns n fragments of which each spreads the next twice, and the last the first.
func circle(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on __Schema { ...F%[2]d ...F%[2]d }", i, (i+1)%n)
	}
	return b.String()
}

// chained returns n fragments of which each spreads the next, and a last one.
func chained(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on Query { ...F%d }", i, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on Query { __typename }", n)
	return b.String()
}

// aliasesInFragments returns fragments that have so many aliases each.
func aliasesInFragments(fragments, aliases int) string {
	var b strings.Builder
	for i := range fragments {
		fmt.Fprintf(&b, " fragment F%d on Query {", i)
		for k := range aliases {
			fmt.Fprintf(&b, " a%d_%d: user(id: %[2]d) { id }", i, k)
		}
		b.WriteString(" }")
	}
	return b.String()
}
