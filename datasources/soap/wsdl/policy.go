package wsdl

import (
	"strings"

	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/graph/diag"
)

// Namespaces of WS-Policy, and of the attribute that gives policies their names.
const (
	spacePolicy     = "http://www.w3.org/ns/ws-policy"
	spacePolicy2004 = "http://schemas.xmlsoap.org/ws/2004/09/policy"
	spaceUtility    = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
)

// maxPolicyDepth bounds how far policies refer to each other.
const maxPolicyDepth = 20

// refusals are what policies may demand and nobody does, by the local names of the assertions: those of the namespaces' many versions.
//
//nolint:gochecknoglobals // a table that is never changed
var refusals = map[string]string{
	"AsymmetricBinding":          "X.509 signatures or encryption",
	"SymmetricBinding":           "signatures or encryption with a shared key",
	"X509Token":                  "X.509 certificates in messages",
	"SamlToken":                  "SAML tokens",
	"IssuedToken":                "tokens that a token service issues",
	"KerberosToken":              "Kerberos tokens",
	"SpnegoContextToken":         "SPNEGO tokens",
	"SecureConversationToken":    "WS-SecureConversation",
	"SecurityContextToken":       "WS-SecureConversation",
	"RelToken":                   "REL tokens",
	"OptimizedMimeSerialization": "MTOM attachments",
	"MTOM":                       "MTOM attachments",
	"RMAssertion":                "WS-ReliableMessaging",
	"ATAssertion":                "WS-AtomicTransaction",
	"BAAtomicOutcomeAssertion":   "WS-BusinessActivity",
	"BAMixedOutcomeAssertion":    "WS-BusinessActivity",
	"NegotiateAuthentication":    "Negotiate (NTLM or Kerberos) as HTTP authentication",
	"NtlmAuthentication":         "NTLM as HTTP authentication",
	"DigestAuthentication":       "Digest as HTTP authentication",
}

// demand is one thing that a policy asks for.
type demand struct {
	file *contract.File
	// assertion is where it is asked for.
	assertion *xmltext.Node
	// text is what it is in plain words; empty for what can be done: WS-Addressing, and a UsernameToken.
	text string
}

// isUser tells assertions about a UsernameToken (WS-SecurityPolicy 1.2, 5.4.1), in any version of their namespace.
func isUser(name xmltext.Name) bool {
	return name.Local == "UsernameToken" && strings.Contains(strings.ToLower(name.Space), "securitypolicy")
}

// isAddressing tells assertions about WS-Addressing (Web Services Addressing 1.0, Metadata, 3.1; and WSDL Binding, 3.1).
func isAddressing(name xmltext.Name) bool {
	return name == xmltext.Name{Space: spaceAddressingMetadata, Local: "Addressing"} ||
		name == xmltext.Name{Space: spaceAddressingWSDL, Local: "UsingAddressing"}
}

// policies reads the policies that are attached to an element, and returns notes about what it demands and nobody does.
func (l *loader) policies(p *Port, file *contract.File, node *xmltext.Node) diag.List {
	notes := l.demanded(file, node)
	for _, d := range l.attached(file, node) {
		switch {
		case d.text != "":
			notes.Warnf(contract.CodeUnsupported, d.file.Span(d.assertion), "a policy demands %s (%s), which is not supported: the server may refuse calls",
				d.text, d.assertion.Name.Local)
		case isUser(d.assertion.Name):
			p.UserDemanded = d.file.Span(d.assertion)
		case !isOptional(d.assertion):
			p.Addressing = RequiredAddressing
		case p.Addressing == NoAddressing:
			p.Addressing = OptionalAddressing
		}
	}
	return notes
}

// attached is what the policies inside of an element, and those that it refers to, demand.
func (l *loader) attached(file *contract.File, node *xmltext.Node) []demand {
	var found []demand
	for _, space := range []string{spacePolicy, spacePolicy2004} {
		if a := node.AttrNS(xmltext.Name{Space: space, Local: "PolicyURIs"}); a != nil {
			for uri := range strings.FieldsSeq(a.Value) {
				found = append(found, l.named(file, uri, 0)...)
			}
		}
	}
	for _, child := range node.Children {
		if isPolicy(child.Name, "Policy") || isPolicy(child.Name, "PolicyReference") {
			found = append(found, l.demands(file, child, 0)...)
		}
	}
	return found
}

// named is what the policy with a name demands. One of another file is not looked for.
func (l *loader) named(file *contract.File, uri string, depth int) []demand {
	if id, isHere := strings.CutPrefix(uri, "#"); isHere {
		if policy := l.byID[policyName{file, id}]; policy != nil {
			return l.demands(file, policy, depth+1)
		}
	}
	return nil
}

// demands is what a policy, or a part of one, demands. Of alternatives it is the one that demands the least of what nobody does.
func (l *loader) demands(file *contract.File, node *xmltext.Node, depth int) []demand {
	switch {
	case depth > maxPolicyDepth:
		return nil
	case isPolicy(node.Name, "PolicyReference"):
		return l.named(file, node.Value("URI"), depth)
	case isPolicy(node.Name, "ExactlyOne"):
		return l.least(file, node, depth)
	case isAddressing(node.Name):
		return []demand{{file: file, assertion: node}}
	case isOptional(node):
		return nil
	case isUser(node.Name):
		return []demand{{file: file, assertion: node}}
	}
	if text := refusals[node.Name.Local]; text != "" {
		return []demand{{file, node, text}}
	}
	var all []demand
	for _, child := range node.Children {
		all = append(all, l.demands(file, child, depth+1)...)
	}
	return all
}

// least is the alternative that demands the least; nothing when there are none.
func (l *loader) least(file *contract.File, node *xmltext.Node, depth int) []demand {
	var best []demand
	for i, child := range node.Children {
		if found := l.demands(file, child, depth+1); i == 0 || refused(found) < refused(best) {
			best = found
		}
	}
	return best
}

// refused counts what nobody does, and, for far less, what somebody has to be asked to do.
func refused(all []demand) int {
	const refusal = 1000
	n := 0
	for _, d := range all {
		switch {
		case d.text != "":
			n += refusal
		case isUser(d.assertion.Name):
			n++
		}
	}
	return n
}

func isPolicy(name xmltext.Name, local string) bool {
	return name.Local == local && (name.Space == spacePolicy || name.Space == spacePolicy2004)
}

// isOptional tells assertions that need not be followed.
func isOptional(assertion *xmltext.Node) bool {
	for _, space := range []string{spacePolicy, spacePolicy2004} {
		if a := assertion.AttrNS(xmltext.Name{Space: space, Local: "Optional"}); a != nil && isTrue(a.Value) {
			return true
		}
	}
	return false
}

// policyName finds a policy by its name in a file.
type policyName struct {
	file *contract.File
	id   string
}

// policy enters a policy that stands in a document by itself.
func (l *loader) policy(file *contract.File, node *xmltext.Node) {
	for _, a := range []*xmltext.Attr{
		node.AttrNS(xmltext.Name{Space: spaceUtility, Local: "Id"}), node.AttrNS(xmltext.Name{Space: xmltext.SpaceXML, Local: "id"}),
	} {
		if a != nil {
			l.byID[policyName{file, trimmed(a.Value)}] = node
		}
	}
}

// demanded notes extensions that a binding says must be understood and nobody knows (WSDL 1.1, 2.1.3).
func (l *loader) demanded(file *contract.File, node *xmltext.Node) diag.List {
	var notes diag.List
	for _, child := range node.Children {
		a := child.AttrNS(wsdlName("required"))
		if a == nil || !isTrue(a.Value) || isKnown(child.Name) {
			continue
		}
		notes.Warnf(contract.CodeUnsupported, file.Span(child), "the contract demands the extension %s, which is not supported: the server may refuse calls", child.Name)
	}
	return notes
}

// isKnown tells extensions that are understood.
func isKnown(name xmltext.Name) bool {
	switch name.Space {
	case spaceWSDL, spaceSOAP, spaceSOAP12, spaceMIME, spacePolicy, spacePolicy2004, spaceAddressingWSDL, spaceAddressingMetadata:
		return true
	default:
		return false
	}
}
