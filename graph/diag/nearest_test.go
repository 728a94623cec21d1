package diag

import (
	"strings"
	"testing"
)

func TestNearestFindsTypingErrors(t *testing.T) {
	t.Parallel()
	names := []string{"id", "name", "email", "createdAt", "shareable", "GET"}
	for _, tt := range []struct{ got, want string }{
		{"nmae", "name"},
		{"naem", "name"},
		{"emial", "email"},
		{"createdat", "createdAt"},
		{"shareble", "shareable"},
		{"get", "GET"},
		{"ID", "id"},
		{"idd", "id"},
		{"x", ""},
		{"", ""},
		{"completelyDifferent", ""},
		{"name", ""},
		{strings.Repeat("n", 1000), ""},
	} {
		if got := Nearest(tt.got, names); got != tt.want {
			t.Errorf("the nearest of %q is %q, want %q", tt.got, got, tt.want)
		}
	}
}

func TestNearestPrefersTheFirstOfEquals(t *testing.T) {
	t.Parallel()
	if got := Nearest("card", []string{"cart", "care"}); got != "cart" {
		t.Errorf("got %q", got)
	}
}
