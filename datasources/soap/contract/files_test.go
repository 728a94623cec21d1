package contract

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/weftgraph/weft/graph/diag"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// endless are files that are all there, and count how often each is read.
type endless struct {
	content string
	reads   map[string]int
}

func (f endless) Read(_ context.Context, location string) ([]byte, error) {
	f.reads[location]++
	if location == "missing" {
		return nil, errors.New("no such thing")
	}
	return []byte(f.content), nil
}

func (endless) Resolve(_, reference string) (string, error) { return reference, nil }

func (endless) Show(location string) string { return location }

func TestFilesThatAreNoXMLAreToldByWhatTheyAre(t *testing.T) {
	t.Parallel()
	const html = "this is an HTML page, not a contract: a login page, or the list of a server's services"
	for content, want := range map[string]string{
		"":                       "this is no contract: the file is empty",
		" \n\t":                  "this is no contract: the file is empty",
		"\xEF\xBB\xBF":           "this is no contract: the file is empty",
		"<!doctype HTML><html/>": html,
		"<?xml version='1.0'?><!-- a --><!DOCTYPE html PUBLIC 'x'>": html,
		"\n<HTML lang='en'>":           html,
		"<html":                        html,
		`{"a":1}`:                      "this is no contract: it looks like JSON",
		"[]":                           "this is no contract: it looks like JSON",
		"Unauthorized\nmore":           `this is no contract: XML begins with "<", and this with "Unauthorized"`,
		strings.Repeat("é", 300) + "<": "", // the reader of XML says more
		"<a/>":                         "",
		"\xEF\xBB\xBF<a/>":             "",
		"<!-- html --><a/>":            "",
		"\xFF\xFE<\x00a\x00/\x00>\x00": "",
	} {
		got := notXML([]byte(content))
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q: (-want +got)\n%s", content, d)
		}
	}
}

func TestFilesAreReadOnceAndWithinLimits(t *testing.T) {
	t.Parallel()
	reader := endless{`<a/>`, map[string]int{}}
	files := NewFiles(reader)
	for range 2 {
		for i := range maxFiles + 10 {
			files.Open(t.Context(), fmt.Sprint(i), diag.Span{File: "a.wsdl", Line: 1, Column: i + 1})
		}
	}
	if len(reader.reads) != maxFiles || reader.reads["0"] != 1 {
		t.Errorf("%d files were read, the first of them %d times", len(reader.reads), reader.reads["0"])
	}
	if got, want := files.Diagnostics[0].Error(), "a.wsdl:1:501: error[WEFT_CONTRACT]: the contract has more than 500 files"; got != want {
		t.Errorf("got %q", got)
	}
}

func TestErrorsAndNotesAreNotEndless(t *testing.T) {
	t.Parallel()
	files := NewFiles(endless{"", map[string]int{}})
	if files.Open(t.Context(), "missing", diag.Span{}) != nil || files.Open(t.Context(), "missing", diag.Span{File: "a"}) != nil {
		t.Error("a file that is not there was opened")
	}
	if got, want := files.Diagnostics.Error(), "missing: error[WEFT_CONTRACT]: no such thing"; got != want {
		t.Errorf("got %q", got)
	}
	for range 2 * maxDiagnostics {
		files.Errorf(diag.Span{}, "wrong")
		files.Notef(CodeUnsupported, diag.Span{}, "odd")
	}
	if len(files.Diagnostics) != maxDiagnostics || len(files.Notes) != maxDiagnostics || !files.IsFull() {
		t.Errorf("%d errors, %d notes", len(files.Diagnostics), len(files.Notes))
	}
}
