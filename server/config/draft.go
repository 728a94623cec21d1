package config

import (
	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/value"
)

// draft is what a file is read into: a Config, and what becomes part of one when everything is read.
type draft struct {
	config Config
	// multipartOff leaves no way to send files.
	multipartOff bool
	// router is what the public router's keys say of tokens.
	router routerTokens
	// subgraphs is the older nesting of sources.
	subgraphs map[string]subgraph
}

// subgraph is what the older nesting says of a document.
type subgraph struct {
	config  value.Value
	sources map[string]Source
}

func (d *draft) redaction() *Redaction {
	d.config.Errors.Configured = true
	return &d.config.Errors
}

// requestLimitVariable is the environment variable that sets the limit of calls for all sources, if the file does not.
const requestLimitVariable = "APOLLO_CONNECTORS_MAX_REQUESTS_PER_OPERATION"

// finish turns what was read into the Config.
func (d *draft) finish(r *reader) {
	c := &d.config
	c.names, c.rules, c.tokens = r.names, r.rules, r.tokens
	c.Uploads.Off = c.Uploads.Off || d.multipartOff
	d.finishKnown(r)
	d.finishTokens()
	if !c.Health.Off && c.Path != "" && c.Path == c.Health.Path {
		r.diags.Warnf(Code, diag.Span{File: r.file}, "health_check.path is supergraph.path, too: there are no health checks at it")
	}
	for document, s := range d.subgraphs {
		c.Documents[document] = Source{Config: s.config}
		for name, source := range s.sources {
			full := document + "." + name
			c.Sources[full] = c.Sources[full].or(source)
		}
	}
	if limit, ok := r.env(requestLimitVariable); ok && limit != "" && c.All.MaxRequests == 0 {
		n, isPositive := positive(limit)
		if !isPositive {
			r.errorf(diag.Span{}, "environment variable %s: expected a positive integer but got %q", requestLimitVariable, limit)
			return
		}
		c.All.MaxRequests = int(n)
	}
}

func (d *draft) allRules() *[]datasources.HeaderRule { return rulesOf(&d.config.All) }

func rulesOf(s *Source) *[]datasources.HeaderRule {
	return (*[]datasources.HeaderRule)(&s.HeaderRules)
}
