// Package config reads weft.yaml. Its sections and keys are those that users of the public Connectors language know
// (Connectors specification 9): what Weft implements works as described there, what it knows and lacks gives one warning, and
// every other key is an error with its position and the nearest right spelling. No file at all is a valid configuration.
//
//	section    what may stand in the file: one description of every key, by sections
//	form       what may stand at one place, and how it is read
//	shape      a form as data, without the type that it is read into
//	tree       YAML with places
//	expand     ${env.NAME} and ${file.PATH}
//	read       from a text to a Config
//	draft      what is made of the file when everything is read
//	names      the file held against a graph
//	schema     the JSON Schema, made from the shapes
//	print      the settings that hold, made from the shapes
//	config     what a file says, for the rest of the program
package config

//go:generate env WEFT_UPDATE=1 go test -run ^TestReferenceIsWhatTheCodeSays$ -count 1 .
