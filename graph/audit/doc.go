// Package audit looks at a whole graph that can be served, and says what its authors should know: fields that some queries
// cannot reach, connectors that are called once for each item of a list, connectors that are never used, and selections that a
// source's OpenAPI contract does not have.
//
// It walks every way of arriving at every type, from the root fields downwards, and asks package supply at each place what can
// be obtained there, as planning does for the positions of an operation.
package audit
