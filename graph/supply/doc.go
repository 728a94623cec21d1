// Package supply knows who can supply which field of a graph, and what each supplier needs to know first. Planning asks
// it for the cheapest set of suppliers for the fields of one position; check asks the same question of every position.
//
// A supplier is what is left of a connector when its protocol is taken away: the type or field that it serves, the key
// paths that it needs, the output that it gives, and how many calls it makes. See README.md for how the closure works.
package supply
