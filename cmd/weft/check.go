package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/weftgraph/weft/graph/audit"
	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
)

// checkFlags are the flags of the command check.
type checkFlags struct {
	definition definitionFlags
	format     string
	rules      string
	openapi    []string
	trusted    []string
	online     bool
}

func newCheck() *cobra.Command {
	var flags checkFlags
	cmd := &cobra.Command{
		Use:   "check SCHEMA...",
		Short: "Check the documents of a graph and report every problem",
		Long: `Check reads SDL files, and folders of them, and reports every problem with its
place and the nearest right spelling. It touches no network.

With --online it fetches the contracts that come from there, those of gRPC servers
and WSDLs at URLs, as 'weft serve' does: with the credentials of their sources and
the settings of --config. One that cannot be fetched is an error. The issuers of
tokens that --config names are asked, too: for their discovery and their keys.

Besides mistakes it reports fields that some queries cannot reach, and it warns of
connectors that are called once for each item of a list, of connectors that are
never used, and, given a source's OpenAPI contract, of selections that the
contract does not have. With --allow its warnings are left out, and other errors
become warnings.

Trusted documents, in the manifests that the settings name and in those that are
given with --documents, are held against the graph; those of --documents have to fit.

With --rules connectors it reports what the public Connectors specification lists
and nothing else, each document by itself.

The exit code is 0 without errors, 1 with errors, 2 when the command line is wrong.`,
		Example: `  weft check graph/
  weft check --format json users.graphql orders.graphql
  weft check --online --config weft.yaml graph/
  weft check --openapi shop=openapi.yaml graph/
  weft check --documents persisted-documents.json graph/
  weft check --allow CIRCULAR_REFERENCE users.graphql orders.graphql`,
		Args: needs("SCHEMA, the files and folders of a graph"),
		RunE: flags.run,
	}
	flags.definition.add(cmd)
	cmd.Flags().StringVar(&flags.format, "format", "text", "text, or json for one list of findings")
	cmd.Flags().StringVar(&flags.rules, "rules", "all", "all, or connectors for those of the public specification")
	cmd.Flags().BoolVar(&flags.online, "online", false, "fetch contracts that come from the network, and check against them, too")
	cmd.Flags().StringArrayVar(&flags.openapi, "openapi", nil, "the OpenAPI contract of a source, as `SOURCE=FILE`; may be repeated")
	cmd.Flags().StringArrayVar(&flags.trusted, "documents", nil,
		"a manifest of trusted documents that have to fit the graph, or a folder of `MANIFESTS`; may be repeated")
	return cmd
}

func (f *checkFlags) run(cmd *cobra.Command, paths []string) error {
	if f.format != "text" && f.format != "json" {
		return fmt.Errorf("unknown format %q: there are text and json", f.format)
	}
	var found checkResult
	switch f.rules {
	case "all":
		contracts, err := parseContracts(f.openapi)
		if err != nil {
			return err
		}
		found = f.all(cmd, paths, contracts)
	case "connectors":
		if f.online {
			return errors.New("--online has no effect with --rules connectors, which know no contracts")
		}
		found = f.connectors(paths)
	default:
		return fmt.Errorf("unknown rules %q: there are all and connectors", f.rules)
	}
	if f.format == "json" {
		if err := writeFindings(cmd.OutOrStdout(), found.diags); err != nil {
			return err
		}
		if found.diags.HasErrors() {
			return &reportedError{}
		}
		return nil
	}
	if err := report(cmd, found.diags, found.texts); err != nil {
		return err
	}
	return found.summary(cmd.OutOrStdout())
}

// checkResult is the result of a check.
type checkResult struct {
	diags diag.List
	// texts are those that the diagnostics may quote, by file.
	texts      map[string]string
	documents  int
	connectors int // -1 if nobody has counted them
}

// all checks by all rules.
func (f *checkFlags) all(cmd *cobra.Command, paths []string, contracts []audit.Contract) checkResult {
	d, texts, diags := f.definition.read(paths)
	if d.Config != nil && len(f.trusted) > 0 {
		d.Config.PersistedQueries = d.Config.PersistedQueries.With(f.trusted)
	}
	check := server.Check
	if f.online {
		check = server.CheckOnline
	}
	g, found := check(cmd.Context(), d)
	diags.Add(found...)
	diags.Add(sdl.CheckResolution(d.Documents, sdl.Options{Env: d.Env, Allow: d.Allow})...)
	out := checkResult{texts: texts, documents: len(d.Documents)}
	if g != nil {
		out.connectors = countIDs(len(g.Connectors))
		diags = audit.Complete(g, diags, audit.Options{Contracts: contracts, Allow: d.Allow})
	}
	diags.Sort()
	out.diags = diags
	return out
}

// connectors checks by the rules of the public specification.
func (f *checkFlags) connectors(paths []string) checkResult {
	d, texts, diags := f.definition.read(paths)
	diags.Add(sdl.CheckConnectors(d.Documents, sdl.Options{Env: d.Env, Allow: d.Allow})...)
	return checkResult{diags: diags, texts: texts, documents: len(d.Documents), connectors: -1}
}

// summary says what was checked.
func (c checkResult) summary(w io.Writer) error {
	what := counted(c.documents, "document")
	if c.connectors >= 0 {
		what += ", " + counted(c.connectors, "connector")
	}
	_, err := fmt.Fprintf(w, "%s, no errors\n", what)
	return err
}

// parseContracts reads the values of --openapi.
func parseContracts(values []string) ([]audit.Contract, error) {
	contracts := make([]audit.Contract, len(values))
	for i, v := range values {
		c, err := audit.ParseContract(v)
		if err != nil {
			return nil, fmt.Errorf("--openapi: %w", err)
		}
		contracts[i] = c
	}
	return contracts, nil
}

// countIDs is the number of things that are numbered from 1 in a slice whose first element is unused.
func countIDs(length int) int { return max(0, length-1) }

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
