package graph

import (
	"encoding/binary"
	"slices"
)

// callerHeaders are the headers by which servers know who asks. Runs of different callers are never one, whatever their
// connectors read.
//
//nolint:gochecknoglobals // a constant in all but name
var callerHeaders = [...]string{"Authorization", "Cookie"}

// appendKey appends all that the answer of a run depends on, besides its plan: the variables, the client's headers as far as a
// connector reads them, who asks, and which explanations go with the answer. What `$context` has follows from who asks. Each part is
// preceded by its length, so that no two runs that differ have one key.
func (r *Run) appendKey(key []byte) []byte {
	key = append(key, bit(r.explain.Cost)<<2|bit(r.explain.Plan)<<1|bit(r.explain.Calls))
	for _, def := range r.operation.def.VariableDefinitions {
		if v, ok := r.variables[def.Variable]; ok {
			start := len(key)
			key = append(key, 0, 0, 0, 0)
			key = v.AppendJSON(key)
			binary.LittleEndian.PutUint32(key[start:], uint32(len(key)-start))
			continue
		}
		key = append(key, 0, 0, 0, 0) // no value at all, which null is not
	}
	key = r.who.AppendDigest(key)
	if r.prepared.introspects {
		key = appendText(key, string(r.sight())) // which headers may decide that no connector reads
	}
	for _, name := range callerHeaders {
		key = appendValues(key, r.header[name])
	}
	reads := &r.prepared.bound.Reads
	if reads.EveryHeader {
		return r.appendHeader(key)
	}
	for _, name := range reads.Headers {
		key = appendValues(key, r.header[name])
	}
	return key
}

// appendHeader appends the whole header.
func (r *Run) appendHeader(key []byte) []byte {
	names := make([]string, 0, len(r.header))
	for name := range r.header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		key = appendText(key, name)
		key = appendValues(key, r.header[name])
	}
	return key
}

func appendValues(key []byte, values []string) []byte {
	key = binary.AppendUvarint(key, uint64(len(values)))
	for _, v := range values {
		key = appendText(key, v)
	}
	return key
}

func appendText(key []byte, text string) []byte {
	key = binary.AppendUvarint(key, uint64(len(text)))
	return append(key, text...)
}
