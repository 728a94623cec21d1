package config

import "slices"

// authentication is how callers show who they are. Each kind of credentials has a file of its own.
func authentication() form[draft] {
	return object[draft]{tolerates: true, keys: slices.Concat(
		lack[draft]("connector", "router", "subgraph"),
	)}
}

// authorization is what callers have to be to get an answer.
func authorization() form[draft] {
	return object[draft]{tolerates: true, keys: slices.Concat(
		lack[draft]("directives", "require_authentication"),
	)}
}
