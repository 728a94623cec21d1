package shop

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// filter is the set of values that a repeatable parameter named; the empty one,
// of an absent parameter, keeps everything.
type filter[V comparable] map[V]bool

func (f filter[V]) keeps(value V) bool { return len(f) == 0 || f[value] }

// numbers reads a repeatable integer parameter.
func numbers(query url.Values, name string) (filter[int], error) {
	named := make(filter[int])
	for _, text := range query[name] {
		number, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("expected an integer for %q but got %q", name, text)
		}
		named[number] = true
	}
	return named, nil
}

// texts reads a repeatable text parameter.
func texts(query url.Values, name string) filter[string] {
	named := make(filter[string])
	for _, text := range query[name] {
		named[text] = true
	}
	return named
}

// natural reads a parameter that is an integer from 0 up, or def when absent.
func natural(query url.Values, name string, def int) (int, error) {
	if !query.Has(name) {
		return def, nil
	}
	text := query.Get(name)
	number, err := strconv.Atoi(text)
	if err != nil || number < 0 {
		return 0, fmt.Errorf("expected a non-negative integer for %q but got %q", name, text)
	}
	return number, nil
}

// list answers with the rows that keep accepts, in the order of the table, cut
// by limit and offset. X-Total-Count says how many there were before the cut.
// Without limit nothing is cut: a caller who names a hundred parents must get
// all of their children.
func list[T any](query url.Values, rows []T, keep func(*T) bool) reply {
	const unlimited = -1
	limit, err := natural(query, "limit", unlimited)
	if err != nil {
		return badRequest(err)
	}
	offset, err := natural(query, "offset", 0)
	if err != nil {
		return badRequest(err)
	}
	found := make([]T, 0) // [] in JSON, never null
	total := 0
	for i := range rows {
		if !keep(&rows[i]) {
			continue
		}
		total++
		if total > offset && (limit == unlimited || len(found) < limit) {
			found = append(found, rows[i])
		}
	}
	return answer(http.StatusOK, found).with("X-Total-Count", strconv.Itoa(total))
}

func badRequest(err error) reply {
	return failure(http.StatusBadRequest, codeBadRequest, "%s", err)
}
