// Package openapi reads OpenAPI 3 contracts of HTTP services, as far as it takes to tell whether a reply can have a property. It
// is lenient: what a contract leaves open is there.
package openapi
