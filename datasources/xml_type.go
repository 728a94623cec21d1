package datasources

import (
	"mime"
	"strings"
)

// IsXMLType tells content types of XML (RFC 7303), with or without parameters.
func IsXMLType(text string) bool {
	media, _, err := mime.ParseMediaType(text)
	_, subtype, _ := strings.Cut(media, "/")
	return err == nil && IsXMLSubtype(subtype)
}

// IsXMLSubtype tells the subtypes of XML, such as "xml" and "atom+xml".
func IsXMLSubtype(subtype string) bool { return subtype == "xml" || strings.HasSuffix(subtype, "+xml") }
