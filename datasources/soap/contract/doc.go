// Package contract reads the files that a SOAP contract consists of: each once, within limits, as a tree whose parts know
// where they stand. What is wrong anywhere in them is collected in one list. It knows neither WSDL nor XML Schema.
package contract
