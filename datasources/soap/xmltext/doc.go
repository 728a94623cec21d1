// Package xmltext reads XML 1.0 with namespaces, strictly and within limits, as a stream of tokens or as a tree with
// positions; and it writes what has to be escaped. It knows no schema and no SOAP.
//
//	charset    bytes of any encoding to UTF-8
//	reader     the stream of tokens
//	tag        start tags, attributes and their namespaces
//	text       character data, references, comments
//	name       names, and which letters they may have
//	expand     names in text, with their namespaces
//	mark       places to read again from
//	tree       a whole document with the offsets of its parts
//	escape     text and attribute values for writing
//
// In one thing it is not strict: blanks and byte order marks may stand in front of an XML declaration, as scripts send them.
//
// There are no document types: what needs one is refused, so that no entity expands and nothing is fetched. The only
// entities are the five that XML has built in.
package xmltext
