package mapping

import "slices"

// methodID is a method whose name has been looked up.
type methodID uint8

const (
	methodUnknown methodID = iota
	methodAdd
	methodAnd
	methodAs
	methodContains
	methodDiv
	methodEcho
	methodEntries
	methodEq
	methodFilter
	methodFind
	methodFirst
	methodGet
	methodGt
	methodGte
	methodIn
	methodJoinNotNull
	methodJSONParse
	methodJSONStringify
	methodKeysToCamelCase
	methodKeysToCamelCaseDeep
	methodLast
	methodLt
	methodLte
	methodMap
	methodMatch
	methodMod
	methodMul
	methodNe
	methodNot
	methodOr
	methodParseInt
	methodSize
	methodSlice
	methodSplit
	methodSub
	methodToString
	methodTrim
	methodTrimEnd
	methodTrimStart
	numMethods
)

// String returns the name of the method as mappings write it.
func (m methodID) String() string {
	switch m {
	case methodAdd:
		return "add"
	case methodAnd:
		return "and"
	case methodAs:
		return "as"
	case methodContains:
		return "contains"
	case methodDiv:
		return "div"
	case methodEcho:
		return "echo"
	case methodEntries:
		return "entries"
	case methodEq:
		return "eq"
	case methodFilter:
		return "filter"
	case methodFind:
		return "find"
	case methodFirst:
		return "first"
	case methodGet:
		return "get"
	case methodGt:
		return "gt"
	case methodGte:
		return "gte"
	case methodIn:
		return "in"
	case methodJoinNotNull:
		return "joinNotNull"
	case methodJSONParse:
		return "jsonParse"
	case methodJSONStringify:
		return "jsonStringify"
	case methodKeysToCamelCase:
		return "keysToCamelCase"
	case methodKeysToCamelCaseDeep:
		return "keysToCamelCaseDeep"
	case methodLast:
		return "last"
	case methodLt:
		return "lt"
	case methodLte:
		return "lte"
	case methodMap:
		return "map"
	case methodMatch:
		return "match"
	case methodMod:
		return "mod"
	case methodMul:
		return "mul"
	case methodNe:
		return "ne"
	case methodNot:
		return "not"
	case methodOr:
		return "or"
	case methodParseInt:
		return "parseInt"
	case methodSize:
		return "size"
	case methodSlice:
		return "slice"
	case methodSplit:
		return "split"
	case methodSub:
		return "sub"
	case methodToString:
		return "toString"
	case methodTrim:
		return "trim"
	case methodTrimEnd:
		return "trimEnd"
	case methodTrimStart:
		return "trimStart"
	default:
		return ""
	}
}

// Methods returns the names of all methods, sorted; for suggesting the nearest
// spelling. Methods do not depend on the mode.
func Methods() []string {
	names := make([]string, 0, numMethods)
	for m := methodUnknown + 1; m < numMethods; m++ {
		names = append(names, m.String())
	}
	slices.Sort(names)
	return names
}

func lookupMethod(name string) methodID {
	for m := methodUnknown + 1; m < numMethods; m++ {
		if m.String() == name {
			return m
		}
	}
	return methodUnknown
}
