package soap

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/datasources/soap/xsd"
	"github.com/weftgraph/weft/graph/diag"
)

// messageOf is what an error of writing says; empty when there is none.
func messageOf(err error) string {
	if wrong := (*message.Error)(nil); errors.As(err, &wrong) {
		return wrong.Message
	}
	return ""
}

// enumeration compares the texts that can be given, such as the values of a GraphQL enum, with those that the schema allows.
func (k *messageCheck) enumeration(p part, s *xsd.Simple) {
	texts, ok := p.form.Texts()
	if !ok || s.Variety != xsd.Atomic || s.Enumeration == nil {
		return
	}
	var lacking []string
	for _, text := range texts {
		if !slices.Contains(s.Enumeration, strings.TrimSpace(text)) && !slices.Contains(s.Enumeration, text) {
			lacking = append(lacking, text)
		}
	}
	if len(lacking) == 0 || p.form.Type() != "" && k.hasSeen(comparedPart{text: s, given: p.form.Type()}) {
		return
	}
	k.heref(p.output, "%s: the schema does not allow %s%s", message.Describe(p.path), listed(lacking), ofInput(p.form, " of %s"))
	if len(lacking) < len(texts) {
		k.soften()
	}
	if len(lacking) == 1 {
		k.suggest(diag.Nearest(lacking[0], s.Enumeration))
	}
}

// listed lists the first of some names.
func listed(names []string) string {
	const most = 5
	if more := len(names) - most; more > 1 {
		return strings.Join(names[:most], ", ") + " and " + strconv.Itoa(more) + " more"
	}
	return strings.Join(names, ", ")
}
