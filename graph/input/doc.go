// Package input coerces what clients give: the variables of a request and the literals of a query document. It follows the
// GraphQL specification, September 2025, sections 3.5 to 3.12 (input coercion) and 6.1.2 (coercing variable values), and
// produces values of graph/value.
//
// gqlparser has functions for the same purpose, which are not used because they are laxer than the specification: they
// apply no defaults inside input objects and no list coercion to literals, and they take "5" for an Int, 1.5 for an ID and
// two keys for a @oneOf object.
//
// In one point the package keeps more than the specification asks for: an ID that the client spelled as a number stays a
// number (Connectors specification 3.6), because mappings see it in `$args`.
package input
