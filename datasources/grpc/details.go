package grpc

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/value"
)

// Bounds of what clients see of the details of one failure.
const (
	maxDetails     = 16
	maxDetailBytes = 16 << 10
)

const (
	// rpcPackage has the usual types of details, which need not be in a contract.
	rpcPackage = "google.rpc"
	// debugInfo has a stack: nobody means it who allows all details.
	debugInfo protoreflect.FullName = rpcPackage + ".DebugInfo"
)

// shownDetails are the types of details that clients see of a connector's failures. Who deploys a graph has the last word.
func shownDetails(s datasources.Settings, c *datasources.GRPCConnector) []datasources.DetailType {
	switch {
	case s.ErrorDetails != nil:
		return s.ErrorDetails
	case c.ErrorDetails != nil:
		return c.ErrorDetails
	default:
		return s.GRPC.ErrorDetails
	}
}

// detailFilter says which details of a google.rpc.Status clients see in `extensions.grpc.details`. The zero filter shows none.
type detailFilter struct {
	all   bool
	types map[protoreflect.FullName]bool
}

func newDetailFilter(types []datasources.DetailType) detailFilter {
	f := detailFilter{types: make(map[protoreflect.FullName]bool, len(types))}
	for _, t := range types {
		f.all = f.all || t.Name == datasources.AllDetails
		for _, name := range detailNames(t.Name) {
			f.types[name] = true
		}
	}
	return f
}

// detailNames are the full names that a type may have: those of google.rpc may be written without their package.
func detailNames(name string) []protoreflect.FullName {
	if strings.Contains(name, ".") {
		return []protoreflect.FullName{protoreflect.FullName(name)}
	}
	return []protoreflect.FullName{rpcPackage + "." + protoreflect.FullName(name), protoreflect.FullName(name)}
}

func (f *detailFilter) shows(name protoreflect.FullName) bool {
	return f.types[name] || f.all && name != debugInfo
}

// fields are what of a status is added to its code: the details that are shown, whole ones as far as the bounds allow, and how many did
// not fit. Of those of an unknown type only that is told.
func (f *detailFilter) fields(c *contract, body []byte) []value.Field {
	if !f.all && len(f.types) == 0 {
		return nil
	}
	var (
		shown         []value.Value
		size, omitted int
	)
	for _, d := range readStatus(body).GetDetails() {
		name := d.MessageName()
		if !f.shows(name) {
			continue
		}
		v := f.detail(c, name, d)
		bytes := len(v.String())
		if size+bytes > maxDetailBytes || len(shown) == maxDetails {
			omitted++
			continue
		}
		shown, size = append(shown, v), size+bytes
	}
	var fields []value.Field
	if len(shown) > 0 {
		fields = append(fields, value.Field{Name: "details", Value: value.Array(shown)})
	}
	if omitted > 0 {
		fields = append(fields, value.Field{Name: "detailsOmitted", Value: value.Int(int64(omitted))})
	}
	return fields
}

func (c *contract) hasMessage(name protoreflect.FullName) bool { return c.messageNamed(name) != nil }

// detail is a detail that is shown. What is inside of it, such as the details of another status, is shown by the same rules.
func (f *detailFilter) detail(c *contract, name protoreflect.FullName, d *anypb.Any) value.Value {
	if !c.hasMessage(name) {
		return typeOnly(d)
	}
	return c.detail(d, f.shows)
}

// checkDetails reports types of details that are neither Google's nor the contract's.
func (c *contract) checkDetails(types []datasources.DetailType) diag.List {
	var found diag.List
	for _, t := range types {
		if t.Name == datasources.AllDetails || slices.ContainsFunc(detailNames(t.Name), c.hasMessage) {
			continue
		}
		found.Add(diag.Diagnostic{
			Code: codeDetails, Span: t.At, Nearest: diag.Nearest(t.Name, datasources.GoogleDetails()),
			Message: "neither google.rpc nor the contract has a message \"" + t.Name + "\"",
		})
	}
	return found
}
