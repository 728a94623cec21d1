// Package cost works out what an operation costs: estimated before it runs, from the plan and the variables, and actual, from the
// rows that it had.
//
// Costs are those of the public cost directive specification: an object costs 1, a scalar or enum nothing, a list its size times what
// an item costs, and a mutation 10 more. `@cost` gives an element another weight, `@listSize` says how long a list is. Where an
// interface or union stands, the most expensive of the types that are possible counts. What the plan merges is counted once, and
// what conditions leave out is not counted.
package cost
