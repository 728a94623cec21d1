package canonical

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func form(t *testing.T, text string) string {
	t.Helper()
	n, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return n.String()
}

func TestWhatMeansTheSameHasOneForm(t *testing.T) {
	t.Parallel()
	for want, spellings := range map[string][]string{
		`<a xmlns="u"><b>1</b></a>`: {
			`<a xmlns="u"><b>1</b></a>`, `<p:a xmlns:p="u"><p:b>1</p:b></p:a>`, `<p:a xmlns:p="u"><b xmlns="u">1</b></p:a>`,
			"<?xml version='1.0'?>\n<!-- c --><p:a xmlns:p='u'>\n  <p:b><![CDATA[1]]></p:b><?pi?>\n</p:a>\n",
			`<p:a xmlns:p="u" xmlns:unused="v"><q:b xmlns:q="u">&#49;</q:b></p:a>`,
		},
		`<a x="1" {v}x="3" y="2"/>`: {`<a x="1" y="2" p:x="3" xmlns:p="v"/>`, `<a q:x='3' y='2' x='1' xmlns:q='v'></a>`},
		`<a xsi:nil="true"/>`:       {`<a xmlns:i="` + SpaceXSI + `" i:nil="true"/>`},
		`<a xsi:type="{u}T">{u}k {u}l</a>`: {
			`<a xmlns:i="` + SpaceXSI + `" xmlns:p="u" i:type="p:T">p:k p:l</a>`, `<a xmlns:i="` + SpaceXSI + `" i:type="q:T" xmlns:q="u" xmlns:r="u">r:k q:l</a>`,
		},
	} {
		for _, text := range spellings {
			if d := cmp.Diff(want, form(t, text)); d != "" {
				t.Errorf("%s: (-want +got)\n%s", text, d)
			}
		}
	}
}

func TestWhatDiffersHasDifferentForms(t *testing.T) {
	t.Parallel()
	for name, pair := range map[string][2]string{
		"the namespace of an element":        {`<a xmlns="u"/>`, `<a xmlns="v"/>`},
		"no namespace":                       {`<a xmlns="u"><b/></a>`, `<p:a xmlns:p="u"><b/></p:a>`},
		"the namespace of an attribute":      {`<a xmlns:p="u" p:x="1"/>`, `<a xmlns:p="u" x="1"/>`},
		"the order of elements":              {`<a><b/><c/></a>`, `<a><c/><b/></a>`},
		"the number of elements":             {`<a><b/></a>`, `<a><b/><b/></a>`},
		"nesting":                            {`<a><b/><c/></a>`, `<a><b><c/></b></a>`},
		"blanks in a text":                   {`<a> x</a>`, `<a>x</a>`},
		"a text of blanks":                   {`<a> </a>`, `<a/>`},
		"the place of text in mixed content": {`<a>x<b/></a>`, `<a><b/>x</a>`},
		"what a prefix in a text means":      {`<a xmlns:p="u">p:k</a>`, `<a xmlns:p="v">p:k</a>`},
		"nil and empty":                      {`<a xmlns:i="` + SpaceXSI + `" i:nil="true"/>`, `<a/>`},
		"a value":                            {`<a x="1"/>`, `<a x="2"/>`},
		"text and element":                   {`<a>&lt;b/&gt;</a>`, `<a><b/></a>`},
		"an attribute and an element":        {`<a b="1"/>`, `<a><b>1</b></a>`},
	} {
		if a, b := form(t, pair[0]), form(t, pair[1]); a == b {
			t.Errorf("%s: both are %s", name, a)
		}
	}
}

func TestTextsThatAreNoNamesAreLeftAlone(t *testing.T) {
	t.Parallel()
	const text = `12:30 http://x/y urn:a:b q:k plain`
	if d := cmp.Diff(`<a x="`+text+`">`+text+`</a>`, form(t, `<a xmlns:http="u" x="`+text+`">`+text+`</a>`)); d != "" {
		t.Error(d)
	}
}

func TestLooseFormHasNoNamespaces(t *testing.T) {
	t.Parallel()
	n, err := Parse(`<p:a xmlns:p="u" xmlns:i="` + SpaceXSI + `" i:type="p:T"><b>p:k q:l at 12:30</b></p:a>`)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(`<a type="T"><b>k l at 12:30</b></a>`, n.Loose()); d != "" {
		t.Error(d)
	}
}

func TestLongElementsAreFolded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", Width)
	n, err := Parse(`<a xmlns="u"><b>` + long + `</b>text<c xmlns="v"/></a>`)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff("<a xmlns=\"u\">\n  <b>"+long+"</b>\n  text\n  <c xmlns=\"v\"/>\n</a>", n.Fold("", "")); d != "" {
		t.Error(d)
	}
}

func TestWhatIsNoDocumentIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{``, `text`, `<a>`, `<a/><b/>`, `<p:a/>`, `<a p:x="1"/>`, `<a></b>`} {
		if n, err := Parse(text); err == nil {
			t.Errorf("%q: got %s", text, n)
		}
	}
}
