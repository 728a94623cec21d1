// Package config reads weft.yaml. Its sections and keys are those that users of the public Connectors language know
// (Connectors specification 9): what Weft implements works as described there, what it knows and lacks gives one warning, and
// every other key is an error with its position and the nearest right spelling. No file at all is a valid configuration.
package config
