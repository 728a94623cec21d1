package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/weftgraph/weft/server"
)

func newCheck() *cobra.Command {
	var flags definitionFlags
	cmd := &cobra.Command{
		Use:   "check SCHEMA...",
		Short: "Check the documents of a graph and report every problem",
		Long: `Check reads SDL files, and folders of them, and reports every problem with its
place and the nearest right spelling. It touches no network. The exit code is 1
when there are errors.`,
		Example: `  weft check graph/
  weft check --allow CIRCULAR_REFERENCE users.graphql orders.graphql`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, texts, diags := flags.read(args)
			g, found := server.Check(cmd.Context(), d)
			diags.Add(found...)
			if err := report(cmd, diags, texts); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s, %s, no errors\n",
				counted(len(g.Documents), "document"), counted(countIDs(len(g.Connectors)), "connector"))
			return err
		},
	}
	flags.add(cmd)
	return cmd
}

// countIDs is the number of things that are numbered from 1 in a slice whose first element is unused.
func countIDs(length int) int { return max(0, length-1) }

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
