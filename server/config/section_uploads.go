package config

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
)

// Uploads are the settings of files that clients send. They need a scalar Upload in the schema.
type Uploads struct {
	// Off refuses them.
	Off bool
	// MaxFileBytes bounds one file, MaxFiles the files of a request; zero means the default.
	MaxFileBytes int64
	MaxFiles     int
}

// Defaults of Uploads.
const (
	DefaultMaxFileBytes = 10_000_000
	DefaultMaxFiles     = 10
)

// WithDefaults returns the settings with defaults for zero fields.
func (u Uploads) WithDefaults() Uploads {
	u.MaxFileBytes = cmp.Or(u.MaxFileBytes, DefaultMaxFileBytes)
	u.MaxFiles = cmp.Or(u.MaxFiles, DefaultMaxFiles)
	return u
}

func uploads() form[draft] {
	limits := object[draft]{keys: []key[draft]{
		{
			name: "max_file_size", form: at(config, at(func(c *Config) *int64 { return &c.Uploads.MaxFileBytes }, size())),
			standard: "10mb", example: "512kb", doc: "bytes of one file (`file_bytes`)",
		},
		{
			name: "max_files", form: at(config, at(func(c *Config) *int { return &c.Uploads.MaxFiles }, integer[int]{})),
			standard: "10", example: "3", doc: "files of one request (`files`)",
		},
	}}
	return object[draft]{keys: []key[draft]{
		{
			name: "enabled", form: switchedOff(func(c *Config) *bool { return &c.Uploads.Off }), standard: "true", example: "false",
			doc: "whether [files](http.md#files) are taken, where the schema has a scalar `Upload`",
		},
		{name: "protocols", doc: "How they are sent.", form: object[draft]{keys: []key[draft]{
			{name: "multipart", doc: "As multipart requests.", form: object[draft]{keys: []key[draft]{
				{
					name: "enabled", form: at(func(d *draft) *bool { return &d.multipartOff }, opposite()), standard: "true", example: "false",
					doc: "whether they may be sent so; there is no other way",
				},
				{
					name: "mode", form: at(func(*draft) *onlyMode { return &onlyMode{} }, choice[onlyMode]{{name: "stream"}}), standard: "stream", example: "stream",
					doc: "how they are passed on; there is only this one",
				},
				{name: "limits", doc: "Bounds.", form: limits},
			}}},
		}}},
	}}
}

// size is a number of bytes such as "512kb" or "1mib".
func size() form[int64] {
	return via(text{wanted: `a size such as "1mb"`, all: []string{`^[0-9]{1,9} ?([kKmMgG][iI]?)?[bB]$`}, none: []string{`^0+ ?[a-zA-Z]`}}, parseSize)
}

var errNoSize = errors.New(`expected a size such as "1mb"`)

func parseSize(s string) (int64, error) {
	s = strings.TrimSuffix(strings.ToLower(s), "b")
	digits := strings.TrimRight(s, " kmgi")
	unit := int64(1)
	step := int64(1000)
	if strings.HasSuffix(s, "i") {
		step = 1024
	}
	for range strings.IndexByte(" kmg", (strings.TrimSuffix(strings.TrimSpace(s[len(digits):]), "i") + " ")[0]) {
		unit *= step
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, errNoSize
	}
	return n * unit, nil
}
