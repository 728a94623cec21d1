package soap

// Codes of diagnostics about connectors (docs/errors.md).
const (
	codeUnsupported = "WEFT_UNSUPPORTED"
	codeOperation   = "WEFT_SOAP_OPERATION"
	codeMessage     = "WEFT_SOAP_MESSAGE"
	codeSelection   = "WEFT_SOAP_SELECTION"
)
