package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/weftgraph/weft/graph/caller"
	"github.com/weftgraph/weft/graph/permit"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/graph/value"
)

// callerFlags are the flags that say who asks.
type callerFlags struct {
	anonymous bool
	scopes    []string
	claims    string
}

func (f *callerFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.anonymous, "anonymous", false, "as for a caller that shows no credentials")
	cmd.Flags().StringArrayVar(&f.scopes, "scope", nil, "as for a caller with this `SCOPE`; may be repeated")
	cmd.Flags().StringVar(&f.claims, "claims", "", "as for a caller whose token has these claims, a `FILE` with a JSON object")
	cmd.MarkFlagsMutuallyExclusive("anonymous", "scope")
	cmd.MarkFlagsMutuallyExclusive("anonymous", "claims")
}

// isGiven tells whether anything is said of the caller.
func (f *callerFlags) isGiven() bool { return f.anonymous || len(f.scopes) > 0 || f.claims != "" }

// read returns the caller, nil for the anonymous one.
func (f *callerFlags) read() (*caller.Caller, error) {
	if f.anonymous || !f.isGiven() {
		return nil, nil //nolint:nilnil // that is the anonymous caller
	}
	who := caller.Identity{Method: caller.JWT, Scopes: slices.Clone(f.scopes)}
	if f.claims != "" {
		text, err := os.ReadFile(f.claims)
		if err != nil {
			return nil, failure{err}
		}
		who.Claims, err = value.Parse(text)
		if err != nil {
			return nil, failure{fmt.Errorf("%s: %w", f.claims, err)}
		}
		if who.Claims.Kind() != value.KindObject {
			return nil, failure{errors.New(f.claims + ": expected a JSON object of claims")}
		}
		who.Issuer, who.Subject = who.Claims.Get("iss").Text(), who.Claims.Get("sub").Text()
		who.Scopes = append(who.Scopes, strings.Fields(who.Claims.Get("scope").Text())...)
	}
	return caller.New(who), nil
}

// warnScopes tells of scopes that nothing of the graph asks for: mostly they are misspelled, and the caller has nothing by them.
func warnScopes(to io.Writer, scopes []string, g *sdl.Graph, policies map[string]string) {
	for _, scope := range scopes {
		nearest, isUnknown := permit.UnknownScope(g, policies, scope)
		if !isUnknown {
			continue
		}
		suggestion := ""
		if nearest != "" {
			suggestion = fmt.Sprintf("; did you mean %q?", nearest)
		}
		_, _ = fmt.Fprintf(to, "warning: nothing of the graph asks for the scope %q%s\n", scope, suggestion)
	}
}
