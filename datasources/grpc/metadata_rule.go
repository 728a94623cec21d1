package grpc

import (
	"strings"

	"google.golang.org/grpc/metadata"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// applyRules changes metadata by the rules of the configuration. Keys that belong to the library are not theirs.
func applyRules(rules datasources.HeaderRules, md metadata.MD, env *mapping.Env) metadata.MD {
	if len(rules) == 0 {
		return md
	}
	if md == nil {
		md = metadata.MD{}
	}
	rules.Apply(md, datasources.HeaderForm{Key: strings.ToLower, Value: sendable}, env)
	return md
}

// sendable is metadataValue without the keys that the library writes itself and refuses from others.
func sendable(key, text string) (string, bool) {
	if strings.HasPrefix(key, "grpc-") || key == "content-type" || key == "host" || key == "user-agent" {
		return "", false
	}
	return metadataValue(key, text)
}
