package contract

import (
	"bytes"
	"strconv"
	"strings"
)

// sniffed is how far the beginning of an HTML page is looked for.
const sniffed = 512

// notXML tells what a file is that is no XML, as far as its beginning tells; empty when it may be XML.
func notXML(content []byte) string {
	head := strings.TrimLeft(string(content[:min(len(content), sniffed)]), "\xEF\xBB\xBF \t\r\n")
	switch {
	case head == "" && len(content) <= sniffed:
		return "this is no contract: the file is empty"
	case isHTML(head):
		return "this is an HTML page, not a contract: a login page, or the list of a server's services"
	case isOpenAPI(head):
		return "this is an OpenAPI document, the contract of a REST service, and no WSDL: call such a service with `http`"
	case head == "" || head[0] == '<' || bytes.IndexByte(content[:min(len(content), sniffed)], 0) >= 0 || content[0] >= 0x80:
		return "" // the reader of XML says more, also of other encodings
	case head[0] == '{' || head[0] == '[':
		return "this is no contract: it looks like JSON"
	}
	const shown = 20
	if line, _, _ := strings.Cut(head, "\n"); len(line) > shown {
		head = strings.ToValidUTF8(line[:shown], "") + "…"
	} else {
		head = strings.TrimSpace(line)
	}
	return "this is no contract: XML begins with \"<\", and this with " + strconv.Quote(head)
}

// isOpenAPI tells OpenAPI documents, in JSON or in YAML, which begin with their version as a rule.
func isOpenAPI(head string) bool {
	head = strings.TrimLeft(head, "{ \t\r\n\"'")
	return strings.HasPrefix(head, "openapi") || strings.HasPrefix(head, "swagger")
}

// isHTML tells HTML pages, which are rarely XML, from contracts.
func isHTML(head string) bool {
	head = strings.ToLower(head)
	for strings.HasPrefix(head, "<?xml") || strings.HasPrefix(head, "<!--") {
		end := "?>"
		if head[1] == '!' {
			end = "-->"
		}
		_, head, _ = strings.Cut(head, end)
		head = strings.TrimLeft(head, " \t\r\n")
	}
	return strings.HasPrefix(head, "<!doctype html") || strings.HasPrefix(head, "<html")
}
