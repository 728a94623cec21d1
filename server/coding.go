package server

import (
	"net/http"
	"strconv"
	"strings"
)

// coding is a content coding of answers (RFC 9110, 8.4.1).
type coding uint8

const (
	identityCoding coding = iota
	zstdCoding
	gzipCoding
	brotliCoding
	codingCount
)

// String returns the name that Content-Encoding has.
func (c coding) String() string {
	return [codingCount]string{"identity", "zstd", "gzip", "br"}[c]
}

// wantedCoding is what a client says of codings.
type wantedCoding struct {
	// best is the one that it likes best; of equal ones that which costs us least.
	best coding
	// isRequired tells that it does not take answers without a coding, however short they are.
	isRequired bool
}

// codings reads Accept-Encoding (RFC 9110, 12.5.3). It is not ok if the client takes nothing that there is.
func codings(header http.Header) (wanted wantedCoding, ok bool) {
	values := header["Accept-Encoding"]
	if len(values) == 0 {
		return wantedCoding{}, true
	}
	var weights [codingCount]float64
	var isNamed [codingCount]bool
	others, hasOthers := 0.0, false
	for _, value := range values {
		for part := range strings.SplitSeq(value, ",") {
			name, weight := codingWeight(part)
			if name == "*" {
				others, hasOthers = weight, true
			}
			for c := range codingCount {
				if strings.EqualFold(name, c.String()) || c == gzipCoding && strings.EqualFold(name, "x-gzip") {
					weights[c], isNamed[c] = weight, true
				}
			}
		}
	}
	for c := range codingCount {
		switch {
		case isNamed[c]: //nolint:gosec // c is below codingCount, which is the length
		case hasOthers:
			weights[c] = others
		case c == identityCoding:
			weights[c] = leastWeight
		}
	}
	for c := zstdCoding; c < codingCount; c++ {
		if weights[c] > 0 && (wanted.best == identityCoding && weights[c] >= weights[identityCoding] || weights[c] > weights[wanted.best]) {
			wanted.best = c
		}
	}
	wanted.isRequired = weights[identityCoding] == 0
	return wanted, wanted.best != identityCoding || !wanted.isRequired
}

// leastWeight is that of answers without a coding for clients that do not name it: any other that they name is better.
const leastWeight = 0.0001

// codingWeight splits a part of Accept-Encoding. What cannot be read has no weight.
func codingWeight(part string) (name string, weight float64) {
	name, params, hasParams := strings.Cut(part, ";")
	name = strings.TrimSpace(name)
	if !hasParams {
		return name, 1
	}
	text, isWeight := strings.CutPrefix(strings.ToLower(strings.TrimSpace(params)), "q=")
	if !isWeight {
		return name, 0
	}
	q, err := strconv.ParseFloat(text, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return name, 0
	}
	return name, q
}
