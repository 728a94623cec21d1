// Package resolvers binds a plan's fetches to sources. It opens the sources of a graph, prepares a fetcher for every loader of
// a plan, and makes a request's calls: keys become `$this`, `$batch` or `$args`, batches are cut into chunks, and what comes
// back is joined to the keys that asked for it.
//
// Contributions of several fetches to one loader meet in a dataloader. Its key is one fetch's whole key set, so that its cost is per
// fetch and not per key, and it is flushed by the coordinator and never waits.
package resolvers
