// Package json fills tables straight from the bytes of JSON replies, guided by the wanted shape and without building
// values.
//
// A mapping that only picks, renames and flattens plain keys (a mapping.Pick) and a table.Shape compile to a Program: a
// tree of the objects of the reply that are entered (package scan). What nobody asked for is skipped, but checked: what a scan
// accepts is valid JSON and UTF-8 throughout.
//
// Replies repeat themselves: the objects of an array have the same keys in the same order with the same blanks. So the
// bytes between two values of one object are tried first, as one comparison, on the next object; only where they
// differ are keys read and looked up.
//
// The table equals the one that mapping.Mapping.Eval and table.Builder.Fill make, except in bytes that mean the same.
// Where the rules of the mapping language for odd replies (an array on a path, a null that is merged, a key that
// occurs twice) would need more than a look at one value, a scan gives up with ErrFallback and leaves the reply to
// the evaluator, so that there is only one implementation of those rules.
package json
