package diag

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestListCollectsSortsAndDowngrades(t *testing.T) {
	t.Parallel()
	var l List
	if l.HasErrors() || l.Err() != nil {
		t.Error("the empty list has errors")
	}
	l.Errorf("B", Span{File: "b", Line: 1, Column: 1}, "second %d", 2)
	l.Warnf("W", Span{File: "a", Line: 2, Column: 1}, "warned")
	l.Errorf("A", Span{File: "a", Line: 1, Column: 9}, "first")
	l.Sort()
	want := "a:1:9: error[A]: first\na:2:1: warning[W]: warned\nb:1:1: error[B]: second 2"
	if diff := cmp.Diff(want, l.Err().Error()); diff != "" {
		t.Errorf("unexpected list (-want +got):\n%s", diff)
	}
	kept := l.Filter(func(d Diagnostic) bool { return d.Code != "A" })
	if len(kept) != 2 || len(l) != 3 {
		t.Errorf("kept %d of %d", len(kept), len(l))
	}
	l.Downgrade("A", "B")
	if l.HasErrors() || l.Err() != nil {
		t.Error("downgraded errors are still errors")
	}
}
