package httpcall

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAddressesAreTakenApart(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Address{
		"http://h:81/a/b?c=d":          {Origin: "http://h:81", Path: "/a/b", Query: "c=d"},
		"https://h":                    {Origin: "https://h"},
		"https://h?a#b":                {Origin: "https://h", Query: "a"},
		"http://h/?a=?&b=/#x?y":        {Origin: "http://h", Path: "/", Query: "a=?&b=/"},
		"/a?b=http://c/":               {Path: "/a", Query: "b=http://c/"},
		"/a/http://c":                  {Path: "/a/http://c"},
		"a?b":                          {Path: "a", Query: "b"},
		"?b":                           {Query: "b"},
		"#http://h":                    {},
		"://h/a":                       {Path: "://h/a"},
		"":                             {},
		"http://ann:secret@h/a":        {Origin: "http://ann:secret@h", Path: "/a"},
		"http://[::1]:80/a?b=[1]&c=#%": {Origin: "http://[::1]:80", Path: "/a", Query: "b=[1]&c="},
	} {
		if d := cmp.Diff(want, SplitAddress(text)); d != "" {
			t.Errorf("%s (-want +got):\n%s", text, d)
		}
	}
}

func TestURLsKeepTheirBytes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"http://h":                       "/",
		"http://h?a=%2f+b":               "/?a=%2f+b",
		"http://h/a%2Fb/%c3%A9":          "/a%2Fb/%c3%A9",
		"http://h/a:@!$&'()*+,;=[]~b":    "/a:@!$&'()*+,;=[]~b",
		"http://h//a":                    "//a",
		"http://h/100%/%zz":              "/100%/%zz",
		"http://h/a//b/../.?c=??//&&=%%": "/a//b/../.?c=??//&&=%%",
		"HTTPS://h/*":                    "/*",
	} {
		u, err := WireURL(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := u.RequestURI(); got != want || u.Hostname() != "h" {
			t.Errorf("%s: asks %s for %s", text, u.Host, got)
		}
	}
}

func TestURLsThatCannotBeCalledAreRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"/a":             errNotAbsolute,
		"h/a":            errNotAbsolute,
		"":               errNotAbsolute,
		"ftp://h/a":      errBadOrigin,
		"http://":        errBadOrigin,
		"http:///a":      errBadOrigin,
		"http://:80/a":   errBadOrigin,
		"http://h:port/": errBadOrigin,
		"http://a%20b/":  errBadOrigin,
		"http://h//%zz":  errBadPath,
	} {
		if _, err := WireURL(text); err != want { //nolint:errorlint // exactly these
			t.Errorf("%s: got %v, want %v", text, err, want)
		}
	}
}
