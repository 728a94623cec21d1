package config

import (
	"github.com/weftgraph/weft/server/identity/apikey"
)

// apiKeys are keys that this server has given out.
func apiKeys() form[draft] {
	return at(config, at(func(c *Config) *apikey.Settings { return &c.APIKeys }, object[apikey.Settings]{required: []string{"file"}, keys: []key[apikey.Settings]{
		{
			name: "file", form: at(func(s *apikey.Settings) *string { return &s.File }, pathForm{filePath("./keys.jsonl")}), example: "./keys.jsonl",
			doc: "the keys, as `weft keys` writes them; relative to the folder of this file. Its changes hold within a second",
		},
		{
			name: "header", form: at(func(s *apikey.Settings) *string { return &s.Header }, text{
				wanted: `the name of a header that means nothing else, such as "x-api-key"`, all: []string{"^[A-Za-z0-9-]+$"},
				none: []string{"^(?i)(authorization|cookie|host|origin|accept|content-.*|connection|upgrade|te|trailer|transfer-encoding)$"},
			}),
			standard: apikey.DefaultHeader, example: "x-shop-key", doc: "the header that clients show their key in",
		},
		{
			name: "bearer", form: at(func(s *apikey.Settings) *bool { return &s.Bearer }, flag{}), standard: "false", example: "true",
			doc: "whether `Authorization: Bearer weft_…` shows a key, too",
		},
		{
			name: "usage_file", form: at(func(s *apikey.Settings) *string { return &s.UsageFile }, pathForm{filePath("/var/lib/weft/usage")}),
			example: "/var/lib/weft/usage",
			doc:     "where it is counted what keys use. Without it, beside the keys: their file's name and `.usage`. One server at a time counts in it",
		},
	}}))
}

// filePath is the path of a file.
func filePath(example string) form[string] {
	return text{wanted: `a path such as "` + example + `"`, all: []string{"."}}
}

// pathForm is a path that is relative to the folder of the configuration.
type pathForm struct{ form[string] }

// Read implements form.
func (f pathForm) Read(r *reader, n *node, into *string) {
	f.form.Read(r, n, into)
	if *into != "" {
		*into = r.beside(*into)
	}
}
