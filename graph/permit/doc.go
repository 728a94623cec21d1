// Package permit says who may read what: it combines what `@authenticated`, `@requiresScopes` and `@policy` demand of the fields and types of a
// graph, and decides for a caller.
package permit
