package server

import (
	"net/http"
	"strings"
	"testing"
)

func TestCodingIsTheOneThatIsLikedBest(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]string{
		"gzip":                                "gzip",
		"x-gzip":                              "gzip",
		"GZIP":                                "gzip",
		"gzip, deflate":                       "gzip",
		"gzip, deflate, br, zstd":             "zstd",
		"br;q=1.0, gzip;q=0.8":                "br",
		"br ; Q=0.5 , zstd;q=0.4,gzip; q=0.6": "gzip",
		"br;q=0, *":                           "zstd",
		"*":                                   "zstd",
		"*;q=0.5, zstd;q=0":                   "gzip",
		"deflate":                             "identity",
		"identity":                            "identity",
		"identity, gzip;q=0.5":                "identity",
		"identity;q=0.5, gzip;q=0.5":          "gzip",
		"gzip;q=0":                            "identity",
		"gzip;q=2":                            "identity",
		"gzip;q=NaN":                          "identity",
		"gzip;level=1":                        "identity",
		"":                                    "identity",
		", ,":                                 "identity",
		"identity;q=0, gzip":                  "gzip required",
		"*;q=0, br":                           "br required",
		"gzip;q=0.1, *;q=0":                   "gzip required",
		"identity;q=0, *":                     "zstd required",
		"identity;q=0":                        "none",
		"*;q=0":                               "none",
		"deflate, identity;q=0":               "none",
	} {
		wanted, ok := codings(http.Header{"Accept-Encoding": {accept}})
		got := wanted.best.String()
		if wanted.isRequired {
			got += " required"
		}
		if !ok {
			got = "none"
		}
		if got != want {
			t.Errorf("%q: %s, want %s", accept, got, want)
		}
		// Lists may be split over several fields.
		again, _ := codings(http.Header{"Accept-Encoding": strings.Split(accept, ",")})
		if again != wanted {
			t.Errorf("%q in parts: %v, want %v", accept, again, wanted)
		}
	}
	if wanted, ok := codings(http.Header{}); wanted != (wantedCoding{}) || !ok {
		t.Errorf("without a header: %v", wanted)
	}
}

func TestReadingCodingsAllocatesNothing(t *testing.T) {
	// Not parallel: allocations are counted for the whole process.
	header := http.Header{"Accept-Encoding": {"gzip, deflate, br, zstd"}}
	if n := testing.AllocsPerRun(100, func() { _, _ = codings(header) }); n > 0 {
		t.Errorf("%.0f allocations", n)
	}
}

func FuzzCodings(f *testing.F) {
	f.Add("gzip, deflate;q=0.5, *;q=0")
	f.Fuzz(func(t *testing.T, accept string) {
		wanted, ok := codings(http.Header{"Accept-Encoding": {accept}})
		if wanted.best >= codingCount || !ok && !wanted.isRequired {
			t.Errorf("%q: %v %v", accept, wanted, ok)
		}
	})
}
