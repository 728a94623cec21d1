// Package form tells what a mapping can give before it runs: which kinds of values, and which methods are called on values that
// they cannot take (Connectors specification 8.5). What is not known is accepted everywhere.
//
// It reads texts that package mapping has parsed without an error, and evaluates them in the same order with forms for values.
package form
