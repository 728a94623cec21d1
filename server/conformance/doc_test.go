// Package conformance_test asks a started gateway by programs of others: the public audit of GraphQL over HTTP, and npm clients. It
// also calls SOAP servers of others: npm's soap and PHP's SoapServer, in the folder soap. What is npm's is installed from package-lock.json, by
// npm ci, when a test first needs it.
package conformance_test
