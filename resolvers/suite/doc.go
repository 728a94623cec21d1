// Package suite tests mappings without any back end: a file of tests names connectors, the request that each must make of
// some variables, a reply, and what the reply must be mapped to.
//
//	file        the tests as they are written: YAML
//	target      which connector a test means
//	run         one test: the connector's own request and mapping
//	compare     expected and actual values, difference by difference
//	coverage    which connectors, and which fields of their selections, the tests have seen
//	update      expectations rewritten in the file
//
// The shape of a file is the one that users of the public Connectors tools know (Connectors specification 11.3).
package suite
