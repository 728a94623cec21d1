package server

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// A subscription would otherwise keep others out for as long as it goes on.
func TestARequestThatGoesOnForLongGivesItsSlotToAnother(t *testing.T) {
	t.Parallel()
	var all slots
	first, taken := all.take(httptest.NewRequest(http.MethodGet, "/", http.NoBody), 1)
	if taken == nil {
		t.Fatal("there is no slot")
	}
	if _, second := all.take(httptest.NewRequest(http.MethodGet, "/", http.NoBody), 1); second != nil {
		t.Error("there are two slots")
	}
	freeSlot(first.Context())
	freeSlot(t.Context()) // without a slot, nothing happens
	_, second := all.take(httptest.NewRequest(http.MethodGet, "/", http.NoBody), 1)
	if second == nil {
		t.Error("the slot is not free")
	}
	taken.free() // when the subscription ends, it has none to give
	if _, third := all.take(httptest.NewRequest(http.MethodGet, "/", http.NoBody), 1); third != nil {
		t.Error("a slot was given twice")
	}
	second.free()
	if got := all.taken.Load(); got != 0 {
		t.Errorf("%d slots are taken", got)
	}
}
