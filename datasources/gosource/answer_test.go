package gosource_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAnswersOfGoCode(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ query, data, errs string }{
		"entities belong to keys by their place": {
			query: `{ products { id sort } }`,
			data:  `{"products":[{"id":"2","sort":"SMALL"},{"id":"1","sort":"LARGE"},{"id":"3","sort":null},{"id":"1","sort":"LARGE"}]}`,
		},
		"an entity that does not exist has no fields": {
			query: `{ products { count } }`,
			data:  `{"products":[{"count":20},{"count":10},null,{"count":10}]}`,
			errs:  `[["products",2,"count"],"Cannot return null for non-nullable field Product.count.",{"code":"NULL_IN_NON_NULL"}]`,
		},
		"a leaf": {
			query: `{ total }`,
			data:  `{"total":12.5}`,
		},
		"an abstract type with fields of different types": {
			query: `{ products { place { __typename name ... on Shelf { size } ... on Yard { area: size } } } }`,
			data: `{"products":[{"place":{"__typename":"Yard","name":"place of 2","area":"vast"}},` +
				`{"place":{"__typename":"Shelf","name":"place of 1","size":3}},{"place":null},` +
				`{"place":{"__typename":"Shelf","name":"place of 1","size":3}}]}`,
		},
		"only the names of types": {
			query: `{ products { place { __typename } } tree(depth: 0) { __typename } }`,
			data: `{"products":[{"place":{"__typename":"Yard"}},{"place":{"__typename":"Shelf"}},{"place":null},` +
				`{"place":{"__typename":"Shelf"}}],"tree":{"__typename":"Tree"}}`,
		},
		"entities in values are keys, which are asked for the rest": {
			query: `{ find { __typename ... on Hall { number building { name } area } ... on Shelf { name hall { number } } ... on Move { year } } }`,
			data: `{"find":[{"__typename":"Shelf","name":"all[]-","hall":null},null,{"__typename":"Move","year":1999},` +
				`{"__typename":"Hall","number":7,"building":{"name":"main"},"area":704},` +
				`{"__typename":"Hall","number":8,"building":{"name":"main"},"area":null},` +
				`{"__typename":"Hall","number":9,"building":{"name":"main"},"area":null}]}`,
			// The resolver of one hall at a time does not say which of them its error is about.
			errs: `[["find",4,"area"],"Request failed",{"code":"CONNECTOR_FETCH","positions":2}]`,
		},
		"arguments keep their types": {
			query: `query ($note: Any = [1, 2.50, {b: true}]) {
				a: find(text: "x", kinds: [HALL, MOVE], at: {hall: 3, x: 2, note: $note}) { ... on Shelf { name } }
				b: find(kinds: SHELF) { ... on Shelf { name } }
			}`,
			data: `{"a":[{"name":"x[HALL MOVE] 3 2 [1 2.50 map[b:true]]"},null,{},{},{},{}],` +
				`"b":[{"name":"all[SHELF]-"},null,{},{},{},{}]}`,
		},
		"a recursive type at any depth": {
			query: `{ tree(depth: 3) { name children { children { name children { name children { name } } } } } }`,
			data:  `{"tree":{"name":"depth 3","children":[{"children":[{"name":"depth 1","children":[{"name":"depth 0","children":null}]}]}]}}`,
		},
		"fields with arguments that are lists of objects": {
			query: `{ products { id moves(year: 7) { year by } none: moves(year: 0) { year } } }`,
			data: `{"products":[{"id":"2","moves":[],"none":null},` +
				`{"id":"1","moves":[{"year":7,"by":null},{"year":8,"by":{"ids":[1,2],"name":"Ann"}}],"none":null},{"id":"3","moves":null,"none":null},` +
				`{"id":"1","moves":[{"year":7,"by":null},{"year":8,"by":{"ids":[1,2],"name":"Ann"}}],"none":null}]}`,
		},
		"fields with arguments that are leaves and objects": {
			query: `{ products { id labels up: labels(upper: true) best(year: 3) { year } } }`,
			data: `{"products":[{"id":"2","labels":null,"up":null,"best":null},{"id":"1","labels":["a","b"],"up":["A","B"],"best":{"year":3}},` +
				`{"id":"3","labels":null,"up":null,"best":null},{"id":"1","labels":["a","b"],"up":["A","B"],"best":{"year":3}}]}`,
		},
		"fields of other documents that the code requires": {
			query: `{ parcels { id fits size } }`,
			data:  `{"parcels":[{"id":"1","fits":true,"size":"size of 1"},{"id":"2","fits":false,"size":"size of 2"}]}`,
		},
		"mutations give entities": {
			query: `mutation { move(product: 2, to: {hall: 1}) { id count labels } }`,
			data:  `{"move":{"id":"2","count":20,"labels":null}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, errs := (&backEnd{}).ask(t, tt.query)
			if diff := cmp.Diff([]string{tt.data, tt.errs}, []string{data, errs}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestEntitiesOfManyPlacesAreOneCall(t *testing.T) {
	t.Parallel()
	b := &backEnd{}
	b.ask(t, `{ a: products { sort } b: products { count sort } }`)
	if diff := cmp.Diff([][]string{{"2", "1", "3"}}, b.reads); diff != "" {
		t.Errorf("reads (-want +got):\n%s", diff)
	}
}
