package datasources

import (
	"strconv"

	"github.com/weftgraph/weft/graph/mapping"
)

// Canonical returns a text that two settings share if and only if they make the same source: every field is in it, limits
// with their defaults applied. It may hold secrets (`$config`, `$env`): it is for comparing, not for showing.
func (s Settings) Canonical() string {
	var c canonicalText
	c.text("kind", s.Kind.String())
	c.text("name", s.Name)
	if h := s.HTTP; h != nil {
		c.mark("http")
		c.template("baseURL", h.BaseURL)
		c.headers(h.Headers)
		c.mapping("path", h.Path)
		c.mapping("queryParams", h.QueryParams)
	}
	if g := s.GRPC; g != nil {
		c.mark("grpc")
		c.template("address", g.Address)
		c.files("proto", g.Files, g.Proto...)
		c.files("importPaths", g.Files, g.ImportPaths...)
		if g.DescriptorSet != "" {
			c.files("descriptorSet", g.Files, g.DescriptorSet)
		}
		if g.StripEnumPrefixes {
			c.mark("stripEnumPrefixes")
		}
		c.headers(g.Metadata)
		c.details("details", g.ErrorDetails)
	}
	if p := s.SOAP; p != nil {
		c.mark("soap")
		c.files("wsdl", p.Files, p.WSDL)
		c.text("service", p.Service)
		c.text("port", p.Port)
		c.template("address", p.Address)
		c.headers(p.HTTPHeaders)
		c.mapping("headers", p.Headers)
		c.security(p.Security)
		if p.Addressing != nil {
			c.text("addressing", strconv.FormatBool(*p.Addressing))
		}
	}
	if e := s.Go; e != nil {
		c.text("executable", e.Executable)
	}
	c.mapping("isSuccess", s.IsSuccess)
	c.mapping("errorsMessage", s.ErrorsMessage)
	c.mapping("errorsExtensions", s.ErrorsExtensions)
	c.text("config", s.Config.String())
	c.text("env", s.Env.String())
	c.template("overrideURL", s.OverrideURL)
	c.number("timeout", int64(s.CallTimeout()))
	c.number("maxReplyBytes", s.ReplyLimit())
	c.number("maxConcurrent", int64(s.ConcurrencyLimit()))
	c.number("maxStreams", int64(s.StreamLimit()))
	c.rate(s.RateLimit)
	if s.NoShare {
		c.mark("noShare")
	}
	if s.ErrorDetails != nil {
		c.mark("configured details")
		c.details("details", s.ErrorDetails)
	}
	c.rules(s.HeaderRules)
	c.transport(s.Transport)
	return string(c)
}

// canonicalText is one line per value. All texts are quoted, so that no value can pretend to be two.
type canonicalText []byte

func (c *canonicalText) mark(name string) {
	*c = append(append(*c, name...), '\n')
}

func (c *canonicalText) text(name, value string) {
	*c = append(append(*c, name...), '=')
	*c = append(strconv.AppendQuote(*c, value), '\n')
}

func (c *canonicalText) number(name string, value int64) {
	c.text(name, strconv.FormatInt(value, 10))
}

func (c *canonicalText) headers(headers []Header) {
	for _, header := range headers {
		c.text("header", header.Name)
		c.text("from", header.From)
		c.template("value", header.Value)
	}
}

func (c *canonicalText) security(s *SOAPSecurity) {
	if s == nil {
		return
	}
	c.mark("security")
	c.template("username", s.Username)
	c.template("password", s.Password)
	c.text("digest", strconv.FormatBool(s.Digest))
	c.number("timestamp", int64(s.Timestamp))
}

// files writes paths as they are located: documents in different folders may mean different files by one path.
func (c *canonicalText) files(name string, f Files, paths ...string) {
	for _, path := range paths {
		if f != nil {
			path = f.Locate(path)
		}
		c.text(name, path)
	}
}

func (c *canonicalText) details(name string, types []DetailType) {
	for _, t := range types {
		c.text(name, t.Name)
	}
}

// mapping writes the text with its grammar, since one text means different things in different versions.
func (c *canonicalText) mapping(name string, m *mapping.Mapping) {
	if m != nil {
		c.text(name+" "+m.Mode().String(), m.Text())
	}
}

// template writes the text, and the grammar of its holes, which have one in common.
func (c *canonicalText) template(name string, t *mapping.Template) {
	if t == nil {
		return
	}
	c.text(name, t.Text())
	for _, part := range t.Parts() {
		if part.Hole != nil {
			c.mark(part.Hole.Mode().String())
			return
		}
	}
}
