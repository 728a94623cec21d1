// Package mapping is the mapping language of the Connectors specification
// (chapter 6, "JSONSelection"): a mapping turns one JSON value and some
// variables into one JSON value. Selections, request bodies, query parameters,
// success tests and the holes of string templates are all written in it.
//
// A mapping's life, in the order of the files:
//
//	scan, parse    text to tree, in one of three grammar modes; offsets kept
//	resolve        names of methods, variables and locals to numbers
//	eval*, method* tree, input and Env to a value, with recorded problems
//	fuel           how much one evaluation may do and build
//	print          tree back to text
//	template       literal text with mappings in braces, and URL encoding
//	uses           which paths below a variable, or of the input, are read
//	mentions       which variables and methods are named, and where
//	outputs        which fields come out
//	prune          a copy that only makes what a query asks for
//	picks          the plain subset that a scanner can run without evaluating
//	version, trial a mapping with its version, input and variables, as tools ask for it
//
// Trees are immutable once Parse returns them; every analysis is a pure
// function on them.
package mapping
