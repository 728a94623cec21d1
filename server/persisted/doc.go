// Package persisted reads and keeps the documents that clients name instead of sending: the manifests in which operators register
// documents, and the texts that clients have sent once (automatic persisted queries). What it holds are texts; whether a graph can
// run them is for package graph to say.
package persisted
