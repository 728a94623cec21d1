//go:build unix

package wsdl_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/weftgraph/weft/datasources/soap/contract"
	"github.com/weftgraph/weft/datasources/soap/wsdl"
)

// around is a contract with a schema's content.
func around(schema string) inMemory {
	return inMemory{start: []byte(`<definitions targetNamespace="urn:t" xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="urn:t" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<types><xs:schema targetNamespace="urn:t" elementFormDefault="qualified"><xs:element name="Ask" type="xs:int"/>` + schema + `</xs:schema></types>
<message name="in"><part name="p" element="t:Ask"/></message>
<portType name="T"><operation name="Ask"><input message="t:in"/></operation></portType>
<binding name="B" type="t:T"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/><operation name="Ask"><soap:operation/><input><soap:body use="literal"/></input></operation></binding>
</definitions>`)}
}

// repeat writes n times what may mention its number.
func repeat(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "#", fmt.Sprint(i)))
	}
	return b.String()
}

// Each kind of contract is eight times as big the second time. What is quadratic takes sixty-four times as long then.
func TestLoadingIsLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("it measures time")
	}
	for name, contractOf := range map[string]func(n int) inMemory{
		"elements of one type": func(n int) inMemory {
			return around(`<xs:complexType name="T"><xs:sequence>` + repeat(n, `<xs:element name="e#" type="xs:int" minOccurs="0"/>`) + `</xs:sequence></xs:complexType>`)
		},
		"alternatives": func(n int) inMemory {
			return around(`<xs:complexType name="T"><xs:choice maxOccurs="unbounded">` + repeat(n, `<xs:element name="e#" type="xs:int"/>`) + `</xs:choice></xs:complexType>`)
		},
		"attributes of one type": func(n int) inMemory {
			return around(`<xs:complexType name="T">` + repeat(n, `<xs:attribute name="a#" type="xs:int"/>`) + `</xs:complexType>`)
		},
		"types that derive from one": func(n int) inMemory {
			return around(`<xs:complexType name="T"/>` + repeat(n, `<xs:complexType name="D#"><xs:complexContent><xs:extension base="t:T"/></xs:complexContent></xs:complexType>`))
		},
		"elements in the place of one": func(n int) inMemory {
			return around(`<xs:element name="head" type="xs:int"/>` + repeat(n, `<xs:element name="e#" substitutionGroup="t:head"/>`))
		},
		"schemas": func(n int) inMemory {
			return around(`</xs:schema>` + repeat(n, `<xs:schema targetNamespace="urn:#"><xs:import namespace="urn:t"/><xs:element name="e" type="xs:int"/></xs:schema>`) + `<xs:schema>`)
		},
		"names that are wrong": func(n int) inMemory {
			return around(repeat(n, `<xs:element name="element#" type="t:Type#"/><xs:complexType name="Typ#"/>`))
		},
		"unions": func(n int) inMemory {
			return around(`<xs:simpleType name="U"><xs:union>` + repeat(n, `<xs:simpleType><xs:restriction base="xs:int"/></xs:simpleType>`) + `</xs:union></xs:simpleType>` +
				repeat(n, `<xs:simpleType name="R#"><xs:restriction base="t:U"/></xs:simpleType>`))
		},
	} {
		const small, times = 500, 8
		a, b := fastest(t, contractOf(small)), fastest(t, contractOf(small*times))
		t.Logf("%s: %v, %d times as big %v", name, a, times, b)
		if b > 30*max(a, time.Millisecond) {
			t.Errorf("%s: %v, but %v when there are %d times as many", name, a, b, times)
		}
	}
}

// fastest is the shortest time of several in which a contract is loaded, as the processor counts it: what else runs on the machine does not
// matter.
func fastest(t *testing.T, files contract.Reader) time.Duration {
	t.Helper()
	best := time.Hour
	for range 5 {
		begin := processorTime(t)
		wsdl.Load(t.Context(), files, start)
		best = min(best, processorTime(t)-begin)
	}
	return best
}

// processorTime is what this process has used so far.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
