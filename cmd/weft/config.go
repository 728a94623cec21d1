package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/identity/apikey"
	"github.com/weftgraph/weft/server/persisted"
)

func newConfig() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Look at settings: print, validate, schema",
		Long: `Config looks at weft.yaml files: it prints the settings that hold, reports what is
wrong with a file, and writes the JSON Schema that editors use.`,
		Example: `  weft config print weft.yaml
  weft config validate weft.yaml --schema graph/
  weft config schema > weft.schema.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConfigPrint(), newConfigValidate(), newConfigSchema())
	return cmd
}

func newConfigPrint() *cobra.Command {
	return &cobra.Command{
		Use:   "print [FILE]",
		Short: "Print the settings that hold, defaults included",
		Long: `Print writes the settings that hold, as YAML: what the file says, and the defaults of
what it does not say. Without a file these are all defaults. ${env.NAME} and
${file.PATH} stay as they are written, since what they give may be secret; private
keys that stand in the file are not shown.`,
		Example: `  weft config print
  weft config print weft.yaml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, text := "", ""
			if len(args) == 1 {
				var diags diag.List
				file = args[0]
				var loaded config.Loaded
				if loaded, diags = config.Load(file, os.LookupEnv); loaded.Text == "" && diags.HasErrors() {
					return report(cmd, diags, nil)
				}
				text = loaded.Text
			}
			printed, diags := config.Print(file, text, os.LookupEnv)
			if err := report(cmd, diags, map[string]string{file: text}); err != nil {
				return err
			}
			_, err := fmt.Fprint(cmd.OutOrStdout(), printed)
			return err
		},
	}
}

func newConfigValidate() *cobra.Command {
	var schema []string
	cmd := &cobra.Command{
		Use:   "validate FILE",
		Short: "Check a file of settings and report every problem",
		Long: `Validate reads a weft.yaml and reports every problem with its place and the nearest
right spelling. With --schema it holds the file against a graph, too: a source or
a document that the graph does not have is an error here, since settings for it
would have no effect. Manifests of trusted documents and the file of API keys have to
be there and readable; 'weft check --config' also holds the documents against the
graph. It touches no network.

The exit code is 0 without errors, 1 with errors, 2 when the command line is wrong.`,
		Example: `  weft config validate weft.yaml
  weft config validate weft.yaml --schema graph/`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return validateConfig(cmd, args[0], schema) },
	}
	cmd.Flags().StringArrayVar(&schema, "schema", nil, "the graph's documents, as a `FILE` or folder; may be repeated")
	return cmd
}

func validateConfig(cmd *cobra.Command, file string, schema []string) error {
	loaded, diags := config.Load(file, os.LookupEnv)
	texts := map[string]string{file: loaded.Text}
	if loaded.Config != nil && loaded.Config.PersistedQueries.Enabled {
		_, found := persisted.Load(loaded.Config.PersistedQueries.Manifests)
		diags.Add(found...)
	}
	if loaded.Config != nil && !loaded.Config.APIKeys.IsZero() {
		_, found := apikey.Load(loaded.Config.APIKeys.File)
		diags.Add(found...)
	}
	if len(schema) > 0 {
		inputs, found := sdl.Load(schema)
		for _, in := range inputs {
			texts[in.File] = in.Text
		}
		diags.Add(found...)
		g, found := server.Check(cmd.Context(), server.Definition{
			Documents: inputs, Env: os.LookupEnv, Config: withPolicies(loaded.Config), Unread: loaded.Config == nil,
		})
		diags.Add(found...)
		if g != nil && loaded.Config != nil {
			diags.Add(asErrors(loaded.Config.Check(g))...)
		}
	}
	if err := report(cmd, diags, texts); err != nil {
		return err
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s, no errors\n", file)
	return err
}

// withPolicies are the settings that documents cannot be checked without: what the names in @policy mean. All others are held against the
// graph by themselves, so that what they name in vain is an error. Nil stands for nil: what has errors says nothing.
func withPolicies(c *config.Config) *config.Config {
	if c == nil {
		return nil
	}
	return &config.Config{Policies: c.Policies, Authorization: c.Authorization}
}

// asErrors makes errors of warnings.
func asErrors(diags diag.List) diag.List {
	for i := range diags {
		diags[i].Severity = diag.Error
	}
	return diags
}

func newConfigSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Write the JSON Schema of weft.yaml",
		Long: `Schema writes the JSON Schema (draft 2020-12) of weft.yaml, for editors. Those with the
YAML language server find it by the first line of a file:

  # yaml-language-server: $schema=weft.schema.json`,
		Example: `  weft config schema > weft.schema.json`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			schema, err := config.Schema()
			if err != nil {
				return failure{err}
			}
			_, err = cmd.OutOrStdout().Write(schema)
			return err
		},
	}
}
