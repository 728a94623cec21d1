package xmltext

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dump reads a document and writes its tokens in one line.
func dump(document string) (string, error) {
	r, err := NewReader([]byte(document), "", Limits{})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for {
		token, err := r.Next()
		if err != nil {
			return "", err
		}
		switch token {
		case EOF:
			return b.String(), nil
		case Start:
			fmt.Fprintf(&b, "<%s", r.Name())
			for _, a := range r.Attrs() {
				fmt.Fprintf(&b, " %s=%q", a.Name, a.Value)
			}
			b.WriteString(">")
		case End:
			fmt.Fprintf(&b, "</%s>", r.Name())
		case Text:
			fmt.Fprintf(&b, "%q", r.Text())
		}
	}
}

func TestWellFormedDocumentsAreRead(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]string{
		`<a/>`: `<a></a>`,
		"\uFEFF<?xml version='1.0'?>\n<!-- c --><?p i?><a></a >\n":            `<a></a>`,
		" \r\n<?xml version='1.0'?><a/>":                                      `<a></a>`,
		"\n\uFEFF\uFEFF\t<?xml version='1.0'?>\n<a/>":                         `<a></a>`,
		`<a>x<b c="1" d='"'/>y</a>`:                                           `<a>"x"<b c="1" d="\"">` + `</b>"y"</a>`,
		`<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;</a>`:                      `<a>"<>&\"'A😀"</a>`,
		"<a>1\r\n2\r3\n</a>":                                                  `<a>"1\n2\n3\n"</a>`,
		"<a b='1\r\n2\t3&#10;'/>":                                             `<a b="1 2 3\n"></a>`,
		`<a><![CDATA[<b>&amp;]]]]><![CDATA[>]]></a>`:                          `<a>"<b>&amp;]]"">"</a>`,
		`<a>]]&gt;</a>`:                                                       `<a>"]]>"</a>`,
		`<p:a xmlns:p="u" p:b="1" b="2"><b xmlns="v"><c xmlns=""/></b></p:a>`: `<{u}a {u}b="1" b="2"><{v}b><c></c></{v}b></{u}a>`,
		`<a xml:lang="de"/>`:                                                  `<a {http://www.w3.org/XML/1998/namespace}lang="de"></a>`,
		`<a xsi:nil="1"/>`:                                                    `<a {http://www.w3.org/2001/XMLSchema-instance}nil="1"></a>`,
		`<größe-1.x_ 日="月"/>`:                                                 `<größe-1.x_ 日="月"></größe-1.x_>`,
		"<a \n b\n=\n'c'\n/>":                                                 `<a b="c"></a>`,
		`<a><?x y??><!---->z</a>`:                                             `<a>"z"</a>`,
		`<a xmlns:p="u"><p:b xmlns:p="v"/><p:c/></a>`:                         `<a><{v}b></{v}b><{u}c></{u}c></a>`,
	} {
		got, err := dump(document)
		if err != nil {
			t.Errorf("%s: %v", document, err)
			continue
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", document, d)
		}
	}
}

func TestMalformedDocumentsAreRefused(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]string{
		``:                       "the document has no element, at byte 0",
		`x`:                      "there is text outside of the document's element, at byte 0",
		`<a>`:                    "the document ends inside of <a>, at byte 3",
		`<a`:                     "the document ends inside of <a, at byte 2",
		`<a></b>`:                "</b> ends <a>, at byte 3",
		`</a>`:                   "</a> ends nothing, at byte 0",
		`<a/><b/>`:               "<b> follows the end of the document, at byte 4",
		`<a/>x`:                  "there is text outside of the document's element, at byte 4",
		`<a/><![CDATA[]]>`:       "there is text outside of the document's element, at byte 4",
		`<!DOCTYPE a><a/>`:       "document types are not read, at byte 0",
		`<!doctype HTML><a/>`:    "this is an HTML page, and no XML, at byte 0",
		`<a><!ENTITY x "y"></a>`: "document types are not read, at byte 3",
		`<a b=1/>`:               `the value of "b" is not in quotes, at byte 5`,
		`<a b="1/>`:              `the value of "b" has no end, at byte 5`,
		`<a b/>`:                 `expected '=' behind the attribute "b", at byte 4`,
		`<a b="1"c="2"/>`:        "expected blanks, '>' or '/>' in <a, at byte 8",
		`<a b="1" b="2"/>`:       `the attribute "b" occurs twice, at byte 12`,
		`<a b="<"/>`:             "'<' cannot be in an attribute, at byte 6",
		`<a xmlns:p="u" xmlns:q="u" p:b="" q:b=""/>`:      `the attribute "{u}b" occurs twice, at byte 39`,
		`<a xmlns:p="u" xmlns:p="v"/>`:                    `the prefix "p" is declared twice, at byte 15`,
		`<a xmlns:p=""><p:b/></a>`:                        `the prefix "p" is not declared, at byte 15`,
		`<a xmlns:p="u"><b xmlns:p="" p:c=""/></a>`:       `the prefix "p" is not declared, at byte 34`,
		`<a xmlns:xml="u"/>`:                              "the namespaces of xml and xmlns cannot be declared, at byte 3",
		`<a xmlns:p="` + strings.Repeat("u", 513) + `"/>`: `a namespace is longer than 512 bytes, at byte 3`,
		`<p:a/>`:                            `the prefix "p" is not declared, at byte 1`,
		`<a p:b=""/>`:                       `the prefix "p" is not declared, at byte 8`,
		`<:a/>`:                             `":a" is no name of a namespace, at byte 1`,
		`<a:b:c xmlns:a="u"/>`:              `"a:b:c" is no name of a namespace, at byte 1`,
		`<1/>`:                              "expected a name, at byte 1",
		`<a>&nbsp;</a>`:                     `the entity "nbsp" is not known, at byte 3`,
		`<a>&amp</a>`:                       "'&' begins no reference, at byte 3",
		`<a>&#0;</a>`:                       "&#0; is no character of XML, at byte 3",
		`<a>&#xFFFE;</a>`:                   "&#xFFFE; is no character of XML, at byte 3",
		`<a>&#x110000;</a>`:                 "&#x110000; is no character of XML, at byte 3",
		"<a>\x00</a>":                       "the character U+0000 cannot be in XML, at byte 3",
		"<a>\uFFFF</a>":                     "the character U+FFFF cannot be in XML, at byte 3",
		"<a>&lt;\x01</a>":                   "a character that cannot be in XML, at byte 7",
		"<a>\xC0\x80</a>":                   "the text is not UTF-8, at byte 3",
		`<a>]]></a>`:                        "']]>' cannot be in text, at byte 5",
		`<a><!-- -- --></a>`:                "a comment has no end, or two hyphens inside, at byte 3",
		`<a><!-- --->`:                      "a comment has no end, or two hyphens inside, at byte 3",
		`<a><![CDATA[</a>`:                  "a CDATA section has no end, at byte 3",
		`<a><? x?></a>`:                     "a processing instruction has no name, at byte 5",
		`<a><?x</a>`:                        "a processing instruction has no end, at byte 3",
		`<!-- --><?xml version="1.0"?><a/>`: "an XML declaration stands at the start of the document or nowhere, at byte 8",
		"\n<?xml version='1.0'":             "the XML declaration has no end, at byte 1",
		"<a/>\uFEFF":                        "there is text outside of the document's element, at byte 4",
		`<?xml encoding="klingon" ?><a/>`:   `the encoding "klingon" is not known, at byte 0`,
		`<?xml ?><a/>`:                      "the XML declaration is not valid, at byte 0",
	} {
		if _, err := dump(document); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", document, err, want)
		}
	}
}

func TestLimitsBound(t *testing.T) {
	t.Parallel()
	for name, document := range map[string]string{
		"depth":        strings.Repeat("<a>", DefaultDepth+1),
		"attributes":   "<a " + repeat("a%d='' ", DefaultAttributes+1) + "/>",
		"declarations": repeat("<a xmlns:p%d='u'>", DefaultDepth) + repeat("<a xmlns:q%d='u'>", 1),
	} {
		if _, err := dump(document); err == nil || !strings.Contains(err.Error(), "256") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func repeat(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func TestSkipEndsBehindTheElement(t *testing.T) {
	t.Parallel()
	r, err := NewReader([]byte(`<a xmlns:p="u"><b><c/>x<b/></b><d/></a>`), "", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if token, err := r.Next(); token != Start || err != nil {
			t.Fatal(token, err)
		}
	}
	if err := r.Skip(); err != nil {
		t.Fatal(err)
	}
	if token, err := r.Next(); token != Start || err != nil || r.Name().Local != "d" || r.Depth() != 2 {
		t.Errorf("got %v %s, %v", token, r.Name(), err)
	}
	if name, ok := r.Resolve("p:x"); !ok || name != (Name{"u", "x"}) {
		t.Errorf("got %v, %v", name, ok)
	}
	if err := r.Skip(); err != nil || r.Depth() != 1 {
		t.Errorf("depth %d, %v", r.Depth(), err)
	}
}

func TestEscapedTextReadsBackAsItWas(t *testing.T) {
	t.Parallel()
	const text = "<&>\"' ]]> \r\n\t\u00A0😀"
	for _, form := range []struct {
		open, end string
		escape    func([]byte, string) ([]byte, error)
	}{{"<a>", "</a>", AppendText}, {`<a b="`, `"/>`, AppendAttribute}} {
		document, err := form.escape([]byte(form.open), text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := dump(string(document) + form.end)
		if err != nil || !strings.Contains(got, fmt.Sprintf("%q", text)) {
			t.Errorf("got %s, %v", got, err)
		}
	}
	for _, bad := range []string{"\x00", "\xFF", "\uFFFE", "a\x0Bb"} {
		if _, err := AppendText(nil, bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	if got, err := AppendText(nil, "\uFFFD"); err != nil || string(got) != "\uFFFD" {
		t.Errorf("got %q, %v", got, err)
	}
}
