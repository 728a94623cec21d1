package xmltext

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// FuzzReader holds what is accepted against encoding/xml: it must accept that, too, and read the same.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		`<a/>`, `<?xml version="1.0" encoding="utf-8"?><p:a xmlns:p="u" p:b="1&amp;">x<!-- c --><b xmlns="v">y</b></p:a>`,
		`<a><![CDATA[x]]>&#65;` + "\r\n" + `</a>`, `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, `<a xmlns:a="u" a:b=""><?p i?></a>`,
		`<a b="` + "\t\n" + `"/>`, `<xsi:a xsi:nil="true"/>`, "\xFF\xFE<\x00a\x00/\x00>\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		r, err := NewReader(document, "utf-8", Limits{})
		if err != nil {
			return
		}
		var ours strings.Builder
		for {
			token, err := r.Next()
			if err != nil {
				return
			}
			switch token {
			case Start:
				fmt.Fprintf(&ours, "\n<%s", r.Name())
				for _, a := range r.Attrs() {
					fmt.Fprintf(&ours, " %s=%q", a.Name, blanks.Replace(a.Value))
				}
			case End:
				fmt.Fprintf(&ours, "\n>")
			case Text:
				if r.Text() != "" {
					fmt.Fprintf(&ours, "\n%x", r.Text())
				}
			case EOF:
				if theirs, ok := standard(t, r.text); ok && theirs != joined(ours.String()) {
					t.Errorf("ours %s\ntheirs %s", joined(ours.String()), theirs)
				}
				return
			}
		}
	})
}

// joined puts runs of text together, which both sides may cut differently.
func joined(tokens string) string {
	var b strings.Builder
	wasText := false
	for line := range strings.SplitSeq(tokens, "\n") {
		isText := line == "" || line[0] != '<' && line[0] != '>'
		if !isText || !wasText {
			b.WriteByte('\n')
		}
		b.WriteString(line)
		wasText = isText
	}
	return strings.ReplaceAll(b.String(), "\n\n", "\n")
}

// standard reads a document with encoding/xml. It is false where the two differ on purpose: names beyond ASCII, of which the
// library knows those of an older edition; and declarations, in which it wants an order.
func standard(t *testing.T, text string) (string, bool) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader([]byte(text)))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var b strings.Builder
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return joined(b.String()), true
		}
		if err != nil {
			if isASCII(text) && !strings.Contains(text, "<?") {
				t.Fatalf("%q is accepted, encoding/xml says %v", text, err)
			}
			return "", false
		}
		switch x := token.(type) {
		case xml.StartElement:
			depth++
			fmt.Fprintf(&b, "\n<%s", declared(x.Name))
			for _, a := range x.Attr {
				if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
					continue
				}
				// The library leaves blanks in attributes as they are, and the end of lines half so.
				fmt.Fprintf(&b, " %s=%q", declared(a.Name), blanks.Replace(a.Value))
			}
		case xml.EndElement:
			depth--
			b.WriteString("\n>")
		case xml.CharData:
			if depth > 0 && len(x) > 0 {
				fmt.Fprintf(&b, "\n%x", []byte(x))
			}
		}
	}
}

// declared is a name of the library's, which has prefixes that are not declared for namespaces. One of them needs no declaration here.
func declared(n xml.Name) Name {
	if n.Space == "xsi" {
		n.Space = SpaceXSI
	}
	return Name(n)
}

var blanks = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
