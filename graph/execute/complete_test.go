package execute_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// thingDocument has a root field for each combination of lists and non-null types. The fake calls give mapped values, so that the
// selections matter only to the planner.
const thingDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", http: { baseURL: "http://api.test" })
type Query {
  thing: Thing @connect(source: "api", http: { GET: "/thing" }, selection: "id must may tags mustTags child { must may } mustChild { must may } list { must may } mustList { must may }")
  other: Thing @connect(source: "api", http: { GET: "/other" }, selection: "must may")
  strict: Thing! @connect(source: "api", http: { GET: "/strict" }, selection: "must may child { must } mustChild { must }")
  things: [Thing] @connect(source: "api", http: { GET: "/things" }, selection: "must may")
  strictThings: [Thing!]! @connect(source: "api", http: { GET: "/strictThings" }, selection: "must may")
  grid: [[Thing!]] @connect(source: "api", http: { GET: "/grid" }, selection: "must may")
  strictGrid: [[Thing!]!]! @connect(source: "api", http: { GET: "/strictGrid" }, selection: "must may")
  text: String @connect(source: "api", http: { GET: "/text" }, selection: "$")
  mustText: String! @connect(source: "api", http: { GET: "/mustText" }, selection: "$")
}
type Thing {
  id: ID
  must: String!
  may: String
  tags: [String]
  mustTags: [String!]
  child: Thing
  mustChild: Thing!
  list: [Thing!]
  mustList: [Thing!]!
  nobody: String
}`

// The rules of [GraphQL] 6.4.4 and 3.12, for every kind of position: a null where none may be makes the nearest nullable value around
// it null and is one error; a value of the wrong type is a null with an error of its own.
func TestNullsPropagateToTheNearestNullableValue(t *testing.T) {
	t.Parallel()
	g := build(t, thingDocument)
	const (
		null     = "NULL_IN_NON_NULL "
		mismatch = "TYPE_MISMATCH "
	)
	for _, tt := range []struct {
		name, query string
		reply       string
		data        string
		errors      []string
	}{
		{"nullable fields may be null", `{ thing { may } }`, `{"may":null}`, `{"thing":{"may":null}}`, nil},
		{"and may be missing", `{ thing { may child { may } list { may } } }`, `{}`, `{"thing":{"may":null,"child":null,"list":null}}`, nil},
		{"the whole value may be null", `{ thing { must } }`, `null`, `{"thing":null}`, nil},
		{"a field", `{ thing { may must } }`, `{"may":"a","must":null}`, `{"thing":null}`, []string{null + "thing.must"}},
		{"a missing field", `{ thing { may must } }`, `{"may":"a"}`, `{"thing":null}`, []string{null + "thing.must"}},
		{"an object", `{ thing { child { must } may } }`, `{"child":{},"may":"a"}`, `{"thing":{"child":null,"may":"a"}}`, []string{null + "thing.child.must"}},
		{"an object in an object", `{ thing { mustChild { must } } }`, `{"mustChild":{}}`, `{"thing":null}`, []string{null + "thing.mustChild.must"}},
		{"a missing object", `{ thing { mustChild { may } } }`, `{}`, `{"thing":null}`, []string{null + "thing.mustChild"}},
		{"the root", `{ strict { must } }`, `{}`, `null`, []string{null + "strict.must"}},
		{"a root value", `{ strict { may } }`, `null`, `null`, []string{null + "strict"}},
		{"a root leaf", `{ mustText }`, `null`, `null`, []string{null + "mustText"}},
		{"a nullable element", `{ things { must } }`, `[{},{"must":"a"},null]`, `{"things":[null,{"must":"a"},null]}`, []string{null + "things[0].must"}},
		{"each nullable element on its own", `{ things { must } }`, `[{},{}]`, `{"things":[null,null]}`, []string{null + "things[0].must", null + "things[1].must"}},
		{"an element that must not be null", `{ thing { list { must } } }`, `{"list":[{"must":"a"},{}]}`, `{"thing":{"list":null}}`, []string{null + "thing.list[1].must"}},
		{"a list is null once", `{ thing { list { must } } }`, `{"list":[{},{},{}]}`, `{"thing":{"list":null}}`, []string{null + "thing.list[0].must"}},
		{"a null element", `{ thing { list { may } may } }`, `{"list":[null],"may":"a"}`, `{"thing":{"list":null,"may":"a"}}`, []string{null + "thing.list[0]"}},
		{"a list in an object", `{ thing { mustList { may } } }`, `{"mustList":null}`, `{"thing":null}`, []string{null + "thing.mustList"}},
		{"an element of a list that must not be null", `{ strictThings { may } }`, `[{},null]`, `null`, []string{null + "strictThings[1]"}},
		{"empty lists are no nulls", `{ strictThings { must } }`, `[]`, `{"strictThings":[]}`, nil},
		{"an element of an inner list", `{ grid { must } }`, `[[{"must":"a"}],[{"must":"b"},{}],null,[]]`, `{"grid":[[{"must":"a"}],null,null,[]]}`, []string{null + "grid[1][1].must"}},
		{"a null in an inner list", `{ grid { may } }`, `[[null],[{}]]`, `{"grid":[null,[{"may":null}]]}`, []string{null + "grid[0][0]"}},
		{"an inner list that must not be null", `{ strictGrid { may } }`, `[[{}],null]`, `null`, []string{null + "strictGrid[1]"}},
		{"an inner element, up to the root", `{ strictGrid { must } }`, `[[{"must":"a"}],[{}]]`, `null`, []string{null + "strictGrid[1][0].must"}},
		{"aliases of one field are null on their own", `{ a: thing { must } b: thing { may } }`, `{"may":"x"}`, `{"a":null,"b":{"may":"x"}}`, []string{null + "a.must"}},

		{"elements of leaf lists may be null", `{ thing { tags } }`, `{"tags":["a",null]}`, `{"thing":{"tags":["a",null]}}`, nil},
		{"or must not", `{ thing { mustTags may } }`, `{"mustTags":["a",null],"may":"b"}`, `{"thing":{"mustTags":null,"may":"b"}}`, []string{null + "thing.mustTags[1]"}},
		{"a leaf element of the wrong type", `{ thing { tags } }`, `{"tags":["a",1]}`, `{"thing":{"tags":["a",null]}}`, []string{mismatch + "thing.tags[1]"}},
		{"a leaf list that is none", `{ thing { tags } }`, `{"tags":"a"}`, `{"thing":{"tags":null}}`, []string{mismatch + "thing.tags"}},

		{"a value of the wrong type", `{ thing { may id } }`, `{"may":5,"id":7}`, `{"thing":{"may":null,"id":"7"}}`, []string{mismatch + "thing.may"}},
		{"one where no null may be is one error", `{ thing { must } }`, `{"must":5}`, `{"thing":null}`, []string{mismatch + "thing.must"}},
		{"one per field and call", `{ things { may } }`, `[{"may":1},{"may":"a"},{"may":2},{"may":3}]`, `{"things":[{"may":null},{"may":"a"},{"may":null},{"may":null}]}`, []string{mismatch + "things[0].may *3"}},
		{"an object that is none", `{ thing { child { may } } }`, `{"child":"a"}`, `{"thing":{"child":null}}`, []string{mismatch + "thing.child"}},
		{"a list that is none", `{ thing { list { may } } }`, `{"list":{"may":"a"}}`, `{"thing":{"list":null}}`, []string{mismatch + "thing.list"}},
		{"an element that is no object", `{ things { may } }`, `[{"may":"a"},5]`, `{"things":[{"may":"a"},null]}`, []string{mismatch + "things[1]"}},
		{"a root that is no object", `{ strict { may } }`, `[]`, `null`, []string{mismatch + "strict"}},
		{"a root that is no list", `{ things { may } }`, `{}`, `{"things":null}`, []string{mismatch + "things"}},
		{"a root leaf of the wrong type", `{ text }`, `5`, `{"text":null}`, []string{mismatch + "text"}},

		{"a field that nobody supplies", `{ thing { nobody may } }`, `{"may":"a"}`, `{"thing":{"nobody":null,"may":"a"}}`, []string{"NO_SOURCE thing.nobody"}},
		{"is one error for all rows", `{ things { nobody } }`, `[{},{},{}]`, `{"things":[{"nobody":null},{"nobody":null},{"nobody":null}]}`, []string{"NO_SOURCE things[0].nobody *3"}},
		{"errors are in the order of the answer", `{ things { must may } }`, `[{"may":1},{"must":2}]`, `{"things":[null,null]}`, []string{null + "things[0].must", mismatch + "things[0].may", mismatch + "things[1].must"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			all := replies{}
			for _, name := range []string{"thing", "strict", "things", "strictThings", "grid", "strictGrid", "text", "mustText"} {
				all["Query."+name] = tt.reply
			}
			got, _ := run(t.Context(), t, g, tt.query, all)
			if got.data != tt.data {
				t.Errorf("data %s\nwant %s", got.data, tt.data)
			}
			if diff := cmp.Diff(tt.errors, got.errors); diff != "" {
				t.Errorf("errors (-want +got)\n%s", diff)
			}
		})
	}
}

// Of very many nulls the first are told one by one, and the last of these counts the rest.
func TestErrorsAboutNullsOfOneFieldAreBounded(t *testing.T) {
	t.Parallel()
	got, _ := run(t.Context(), t, build(t, thingDocument), `{ things { must } }`, replies{
		"Query.things": "[" + strings.TrimSuffix(strings.Repeat("{},", 1_000), ",") + "]",
	})
	if n := len(got.errors); n != 25 || got.errors[24] != "NULL_IN_NON_NULL things[24].must *976" {
		t.Errorf("%d errors, the last %s", n, got.errors[n-1])
	}
}
