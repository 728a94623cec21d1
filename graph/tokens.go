package graph

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/lexer"
)

// tokenSum stands for what a document says: two texts with one sum differ in space, commas, comments and the order of their
// definitions, none of which means anything.
type tokenSum [sha256.Size]byte

// sumOfTokens reads a text within the limits. It is false for one that is none of GraphQL.
func sumOfTokens(text string, limits Limits) (tokenSum, bool) {
	if checkSize(text, limits) != nil {
		return tokenSum{}, false
	}
	spelled, gqlErr := respell(text)
	if gqlErr != nil {
		return tokenSum{}, false
	}
	source := &ast.Source{Input: spelled}
	if checkLexical(source, limits) != nil {
		return tokenSum{}, false
	}
	var (
		lex         = lexer.New(source)
		definitions []string
		current     []byte
		depth       int
	)
	for {
		token, err := lex.ReadToken()
		switch {
		case err != nil:
			return tokenSum{}, false
		case token.Kind == lexer.EOF:
			return sumOf(append(definitions, string(current))), true
		case token.Kind == lexer.Comment:
			continue
		}
		current = binary.AppendUvarint(current, uint64(token.Kind))
		current = appendText(current, token.Value)
		switch token.Kind {
		case lexer.BraceL, lexer.BracketL, lexer.ParenL:
			depth++
		case lexer.BraceR, lexer.BracketR, lexer.ParenR:
			depth--
			if depth == 0 && token.Kind == lexer.BraceR {
				// Only a selection set stands at the outside, and it ends its definition.
				definitions, current = append(definitions, string(current)), nil
			}
		}
	}
}

func sumOf(definitions []string) tokenSum {
	slices.Sort(definitions)
	var all []byte
	for _, d := range definitions {
		all = appendText(all, d)
	}
	return sha256.Sum256(all)
}
