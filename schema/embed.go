// Package schema holds the SDL that ships with the binary: the definitions of the directives that documents may link, one
// file for each dialect and version. Documents never write these definitions themselves; package sdl checks the
// directives' uses against them.
package schema

import "embed"

//go:embed link.graphql federation.graphql connect_*.graphql weft_*.graphql
var definitions embed.FS

// Link is the name and the text of the definitions of `@link`.
func Link() (file, text string) { return read("link.graphql") }

// Federation is the name and the text of the definitions of all versions of federation v2.
func Federation() (file, text string) { return read("federation.graphql") }

// Connect is the name and the text of the definitions of a version of https://specs.apollo.dev/connect, such as "v0.3". The text
// is empty for an unknown version.
func Connect(version string) (file, text string) {
	switch version {
	case "v0.1", "v0.2", "v0.3":
		return read("connect_v0.2.graphql")
	case "v0.4":
		return read("connect_v0.4.graphql")
	default:
		return "", ""
	}
}

// Weft is the name and the text of the definitions of a version of https://weftgraph.dev/connect, such as "v0.1". The text is
// empty for an unknown version.
func Weft(version string) (file, text string) {
	if version != "v0.1" {
		return "", ""
	}
	return read("weft_v0.1.graphql")
}

// read returns an embedded file. A file that is not embedded cannot be named here: the embed patterns would not compile.
func read(name string) (file, text string) {
	bytes, err := definitions.ReadFile(name)
	if err != nil {
		return name, ""
	}
	return name, string(bytes)
}
