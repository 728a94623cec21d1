package rest

import (
	"testing"
)

func TestTextIsDecodedByItsCharset(t *testing.T) {
	t.Parallel()
	const unreadable = "unreadable"
	for _, c := range []struct{ name, charset, text, want string }{
		{"the default is UTF-8", "", "é€", "é€"},
		{"any label of UTF-8", "unicode-1-1-utf-8", "é\uFFFD", "é\uFFFD"},
		{"upper case and blanks", " UTF8 ", "é", "é"},
		{"unknown is UTF-8", "klingon", "é", "é"},
		{"unknown and no UTF-8", "klingon", "\xe9", unreadable},
		{"no UTF-8", "utf-8", "a\xff", unreadable},
		{"a replacement character of its own", "utf-8", "a\uFFFD", "a\uFFFD"},
		{"Latin 1 is windows-1252", "ISO-8859-1", "\xe9\x80\x81", "é€\u0081"},
		{"and so is ASCII", "us-ascii", "\x93x\x94", "“x”"},
		{"Latin 9", "iso-8859-15", "\xa4", "€"},
		{"a byte that a table does not have", "windows-1253", "\xd2", unreadable},
		{"Shift JIS", "shift_jis", "\x93\xfa", "日"},
		{"half a character of Shift JIS", "shift_jis", "x\x93", unreadable},
		{"GB18030 has the replacement character", "gb18030", "\x84\x31\xa4\x37", "\uFFFD"},
		{"UTF-16", "utf-16", "x\x00\xe9\x00", "xé"},
		{"UTF-16 with the other end first", "utf-16be", "\x00x\x00\xe9", "xé"},
		{"UTF-16 has the replacement character", "utf-16le", "\xfd\xff", "\uFFFD"},
		{"half a character of UTF-16", "utf-16le", "x\x00\xe9", unreadable},
		{"half a pair of UTF-16", "utf-16le", "\x3d\xd8x\x00", unreadable},
		{"mark of UTF-8", "", "\uFEFFé", "é"},
		{"mark of UTF-8 under another name", "iso-8859-1", "\uFEFFé", "é"},
		{"mark of UTF-16", "utf-8", "\xff\xfex\x00", "x"},
		{"mark of UTF-16 with the other end first", "", "\xfe\xff\x00x", "x"},
		{"only the first mark goes", "utf-8", "\uFEFF\uFEFFx", "\uFEFFx"},
		{"nothing but a mark", "utf-8", "\uFEFF", ""},
		{"charsets that are not to be trusted", "iso-2022-kr", "x", unreadable},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v, err := decodeText([]byte(c.text), c.charset)
			got := v.Text()
			if err != nil {
				got = unreadable
			}
			if got != c.want {
				t.Errorf("got %q, want %q (%v)", got, c.want, err)
			}
		})
	}
}
