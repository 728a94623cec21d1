// Package graph serves one graph: it turns a client's query document and variables into a run of a plan.
//
//	text ──Prepare──▶ Document ──Operation, Variables──▶ Run ──Answer──▶ what is known, or in flight, or ──Execute──▶ the answer
//	      bounds, parse,         coerce, choose and
//	      validate (cached)      make the plan (cached)
//
// A Generation is everything that is derived from one set of schema documents: the graph, its planner, the documents that
// were validated against it and their plans. It is built beside the old one and swapped in by one pointer in Schema; a
// request keeps the generation that it began with.
//
// Documents may be registered: they are validated and planned while a generation is built, and found by id (trusted.go). A subscription's Run
// gives Events, each with its answer (events.go). A generation counts its runs, so that whoever replaces it knows when nothing runs on it
// any more (lifetime.go).
//
// Schema implements gqlgen's graphql.ExecutableSchema, so that gqlgen's executor and extensions can stand in front of the graph.
// What the package needs from above (bound sources, the executor of the system schema) is injected by functions, because
// dependencies run downward only.
package graph
