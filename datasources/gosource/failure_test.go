package gosource_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/gosource/testdata/stock"
)

var errSecret = errors.New("dial tcp 10.0.0.7:5432: refused")

func TestErrorsOfResolvers(t *testing.T) {
	t.Parallel()
	// gqlgen writes the path into the error that it is given.
	authored := func() *gqlerror.Error {
		return &gqlerror.Error{Message: "not for sale", Extensions: map[string]any{"code": "NOT_FOR_SALE", "until": 2026}}
	}
	const sorts = `{"products":[{"id":"2","sort":"SMALL"},{"id":"1","sort":null},{"id":"3","sort":null},{"id":"1","sort":null}]}`
	const noSorts = `{"products":[{"id":"2","sort":null},{"id":"1","sort":null},{"id":"3","sort":null},{"id":"1","sort":null}]}`
	for name, tt := range map[string]struct {
		query    string
		resolver stock.Resolver
		data     string
		errs     []string
		told     []string
	}{
		"an authored one keeps its message and extensions, and fails its entity alone": {
			resolver: stock.Resolver{Broken: map[string]error{"1": authored()}},
			data:     sorts,
			errs:     []string{`[["products",1,"sort"],"not for sale",{"code":"NOT_FOR_SALE","positions":2,"until":2026}]`},
		},
		"an authored one that is wrapped is still shown": {
			resolver: stock.Resolver{Broken: map[string]error{"1": fmt.Errorf("product 1: %w", authored())}},
			data:     sorts,
			errs:     []string{`[["products",1,"sort"],"not for sale",{"code":"NOT_FOR_SALE","positions":2,"until":2026}]`},
		},
		"any other is hidden": {
			resolver: stock.Resolver{Broken: map[string]error{"1": errSecret}},
			data:     sorts,
			errs:     []string{`[["products",1,"sort"],"Request failed",{"code":"CONNECTOR_FETCH","positions":2}]`},
			told:     []string{"_entities[1]"},
		},
		"those that read the same are one": {
			resolver: stock.Resolver{Broken: map[string]error{"1": errSecret, "3": errors.New("other")}},
			data:     sorts,
			errs:     []string{`[["products",1,"sort"],"Request failed",{"code":"CONNECTOR_FETCH","positions":3}]`},
			told:     []string{"_entities[1]", "_entities[2]"},
		},
		"one of the whole batch fails the call": {
			resolver: stock.Resolver{Read: func(context.Context, []string) error { return errSecret }},
			data:     noSorts,
			errs:     []string{`[["products",0,"sort"],"Request failed",{"code":"CONNECTOR_FETCH","positions":4}]`},
			told:     []string{"_entities"},
		},
		"a panic is hidden": {
			resolver: stock.Resolver{Read: func(context.Context, []string) error { panic(errSecret) }},
			data:     noSorts,
			errs:     []string{`[["products",0,"sort"],"Internal server error",{"code":"INTERNAL_SERVER_ERROR","positions":4}]`},
			told:     []string{"_entities"},
		},
		"one below an operation fails the operation": {
			query: `{ total moves { year cost } }`,
			data:  `{"total":12.5,"moves":null}`,
			errs:  []string{`[["moves"],"Request failed",{"code":"CONNECTOR_FETCH"}]`},
			told:  []string{"moves[1].cost"},
		},
		"one of a mutation keeps its extensions": {
			query: `mutation { move(product: 2, to: {hall: 0}) { id } }`,
			data:  `{"move":null}`,
			errs:  []string{`[["move"],"there is no hall 0",{"code":"NO_HALL","hall":0}]`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &backEnd{resolver: tt.resolver}
			query := tt.query
			if query == "" {
				query = `{ products { id sort } }`
			}
			data, errs := b.ask(t, query)
			if diff := cmp.Diff([]string{tt.data, strings.Join(tt.errs, "\n")}, []string{data, errs}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			var paths []string
			for _, told := range b.told {
				paths = append(paths, told.path)
			}
			if diff := cmp.Diff(tt.told, paths); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOnErrorIsToldTheCause(t *testing.T) {
	t.Parallel()
	b := &backEnd{resolver: stock.Resolver{Broken: map[string]error{"1": errSecret}}}
	b.ask(t, `{ products { sort } }`)
	if len(b.told) != 1 || !errors.Is(b.told[0].err, errSecret) {
		t.Errorf("got %v", b.told)
	}
	b = &backEnd{resolver: stock.Resolver{Read: func(context.Context, []string) error { panic("at the disco") }}}
	b.ask(t, `{ products { sort } }`)
	var cause *datasources.PanicError
	if len(b.told) != 1 || !errors.As(b.told[0].err, &cause) || !strings.Contains(string(cause.Stack), "FindManyProductByIDs") {
		t.Errorf("got %v", b.told)
	}
}
