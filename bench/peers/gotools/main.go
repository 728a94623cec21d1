// The peer for WunderGraph's engine (graphql-go-tools v2): its resolver, loader and JSON
// arena, driven by plans written by hand and looked up by query text. It thus pays for
// no parsing, validation, planning or router middleware: a lower bound of what a gateway
// on this engine costs when all its plan caches hit. One batched call for each level.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"

	"github.com/wundergraph/astjson"
	"github.com/wundergraph/graphql-go-tools/v2/pkg/engine/resolve"
)

func main() {
	resolver := resolve.New(context.Background(), resolve.ResolverOptions{MaxConcurrency: 1024, PropagateSubgraphErrors: true})
	dedupe := os.Getenv("DEDUPE") == "1"
	http.HandleFunc("/graphql", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		var in struct {
			Query     string
			Variables json.RawMessage
		}
		if err := json.Unmarshal(body, &in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		p := plans[in.Query]
		if p == nil {
			http.Error(w, "no plan for this query", http.StatusBadRequest)
			return
		}
		ctx := resolve.NewContext(r.Context())
		h := fnv.New64a()
		io.WriteString(h, in.Query)
		ctx.Request.ID = h.Sum64()
		if in.Variables != nil {
			ctx.Variables = astjson.MustParseBytes(in.Variables)
			h.Write(in.Variables)
			ctx.VariablesHash = h.Sum64()
		}
		ctx.ExecutionOptions.DisableInboundRequestDeduplication = !dedupe
		ctx.ExecutionOptions.DisableSubgraphRequestDeduplication = !dedupe
		w.Header()["Content-Type"] = []string{"application/json"}
		if _, err := resolver.ArenaResolveGraphQLResponse(ctx, p, sized{w}); err != nil {
			fmt.Fprintf(w, `{"errors":[{"message":%q}]}`, err)
		}
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}

// sized sets Content-Length: the engine writes its response in one piece.
type sized struct{ http.ResponseWriter }

func (s sized) Write(b []byte) (int, error) {
	s.Header()["Content-Length"] = []string{strconv.Itoa(len(b))}
	return s.ResponseWriter.Write(b)
}
