package soap

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// FuzzContract loads any text as a contract: there is a contract or there is something to say.
func FuzzContract(f *testing.F) {
	names, err := filepath.Glob("testdata/*.wsdl")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(contractAround(in + `<xs:include schemaLocation="a.wsdl"/>` + manyGroups())))
	f.Fuzz(func(t *testing.T, text []byte) {
		files := datasources.FolderOf(fstest.MapFS{"a.wsdl": &fstest.MapFile{Data: text}}, ".")
		c, found := wsdl.Load(t.Context(), localFiles{files}, "a.wsdl")
		if (c == nil) != found.HasErrors() {
			t.Fatalf("contract %v, diagnostics %v", c, found)
		}
		if c == nil {
			return
		}
		for _, service := range c.Services {
			for _, port := range service.Ports {
				support := newSupport(port)
				for _, o := range port.Operations {
					_ = support.unsupported(o)
					if o.Input != nil {
						_ = message.Compile(c.Schemas, o.Input, nil)
					}
				}
			}
		}
	})
}

// FuzzReply decodes any text as a reply.
func FuzzReply(f *testing.F) {
	f.Add([]byte(wrap(fault)))
	f.Add([]byte(wrap(`<drawing xmlns="urn:shapes" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><name>a</name>
		<circle id="c"><radius>NaN</radius></circle><owner xsi:type="Person"><boss xsi:nil="true"/></owner><size>5</size><remark>x<b/></remark></drawing>`)))
	shape := anyShape()
	fetcher := draw.fetcher(f, shape)
	f.Fuzz(func(t *testing.T, text []byte) {
		reply := &datasources.Reply{Status: http.StatusOK, Header: http.Header{}, Body: text}
		got, err := decode(fetcher, shape, reply, &mapping.Env{})
		if err != nil {
			return
		}
		if _, err := value.Parse([]byte(got)); err != nil {
			t.Fatalf("%s: %v", got, err)
		}
	})
}

// FuzzEncodedReply decodes any text as a reply of the SOAP encoding, in which elements refer to others.
func FuzzEncodedReply(f *testing.F) {
	f.Add([]byte(encodedReply(`href="#1"`, `<x id="1"><y href="#2"/><y href="#2"/></x><x id="2">a</x>`)))
	f.Add([]byte(encodedReply(`id="1"`, `<x><y href="#1"/></x>`)))
	f.Add([]byte(wrap(`<r:OldResponse xmlns:r="urn:rpc" xmlns:e="http://schemas.xmlsoap.org/soap/encoding/"
		xmlns:x="http://www.w3.org/2001/XMLSchema"><thing e:arrayType="x:int[2]"><i>1</i><i href="#1"/></thing></r:OldResponse><m id="1">2</m>`)))
	shape := anyShape()
	fetcher := setup{wsdl: "encoded.wsdl", operation: "Old"}.fetcher(f, shape)
	f.Fuzz(func(t *testing.T, text []byte) {
		reply := &datasources.Reply{Status: http.StatusOK, Header: http.Header{}, Body: text}
		got, err := decode(fetcher, shape, reply, &mapping.Env{})
		if err != nil {
			return
		}
		if _, err := value.Parse([]byte(got)); err != nil {
			t.Fatalf("%s: %v", got, err)
		}
		if most := 100 * (len(text) + 1<<20); len(got) > most {
			t.Fatalf("%d bytes became %d", len(text), len(got))
		}
	})
}

// FuzzMessage writes any value by a schema. What can be written reads back as something that is written the same.
func FuzzMessage(f *testing.F) {
	for _, args := range []string{
		`{"name":"n","third":"3","first":"1","key":["a","b"],"value":[1,2],"kind":"{urn:k}round","size":"small","fixed":"always"}`,
		`{"name":"n","remark":{"#text":"see ","b":"this","@lang":"en"},"extension":{"code":5}}`,
		`{"shape":[{"#element":"circle","radius":1e0,"@id":"c"},{"#element":"square","side":"INF"}],"owner":{"#type":"Person","id":"1"},"name":"n"}`,
	} {
		f.Add(args)
	}
	s := draw
	s.message = "$args"
	b, found := s.bind(f)
	if len(found) > 0 {
		f.Fatal(found)
	}
	bound, ok := b.(*binding)
	if !ok {
		f.Fatal("no binding of this package")
	}
	shape := anyShape()
	fetcher, err := bound.Prepare(shape)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, args string) {
		v, err := value.Parse([]byte(args))
		if err != nil {
			return
		}
		env := &mapping.Env{}
		env.Vars[mapping.Args] = v
		first, err := fetcher.Request(env)
		if err != nil {
			return
		}
		reply := &datasources.Reply{Status: http.StatusOK, Header: http.Header{}, Body: first.Body}
		got, err := decode(fetcher, shape, reply, &mapping.Env{})
		if err != nil {
			t.Fatalf("%s does not read back: %v", first.Body, err)
		}
		env.Vars[mapping.Args] = parseValue(t, got)
		second, err := fetcher.Request(env)
		if err != nil && strings.Contains(err.Error(), "no field") {
			return // what only a wildcard allows loses its namespace
		}
		if err != nil {
			t.Fatalf("%s read from %s cannot be written: %v", got, first.Body, err)
		}
		if !bytes.Equal(first.Body, second.Body) {
			t.Errorf("first %s\nthen  %s", first.Body, second.Body)
		}
	})
}
