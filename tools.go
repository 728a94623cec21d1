//go:build tools

// Package tools keeps the programs that generate code in go.mod, so that their versions are pinned with all others.
package tools

import _ "github.com/99designs/gqlgen"
