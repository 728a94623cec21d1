package main

import (
	"slices"
	"testing"
)

func TestRawValuesAreFoundByKey(t *testing.T) {
	t.Parallel()
	const list = `[{"id":1,"skip":{"id":9,"x":["}",{}]},"name":"a \"b\" \\"},{"id":-2.5,"name":null}]`
	var v [2][]byte
	var got []string
	each([]byte(list), []string{"name", "id"}, v[:], func() {
		got = append(got, string(v[0]), string(v[1]))
	})
	if want := []string{`"a \"b\" \\"`, "1", "null", "-2.5"}; !slices.Equal(got, want) {
		t.Errorf("want %q, got %q", want, got)
	}
	each([]byte(`[]`), []string{"id"}, v[:1], func() { t.Error("an empty list has a row") })
}

func TestLastIDIsTheVariable(t *testing.T) {
	t.Parallel()
	if got := lastID([]byte(`{"query":"query($id:Int!){user(id:$id){id}}","variables":{"id":48}}`)); got != 48 {
		t.Errorf("want 48, got %d", got)
	}
}
