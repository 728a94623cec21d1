// Package conformance_test asks a started gateway by programs of others: the public audit of GraphQL over HTTP, and npm clients. They
// are installed from package-lock.json, by npm ci, when a test first needs them.
package conformance_test
