// Package scenario says what gateways are asked while they are measured, and what the
// right answer is.
//
//	scenario, cell           what a scenario is; how hard it is loaded
//	posts, shop              the scenarios, by the graph that they are about
//	expected, oracle, join   right answers, made from the upstream's own rows
//	difference               what is wrong in others
package scenario
