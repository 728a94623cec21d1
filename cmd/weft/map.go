package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/value"
)

// The texts that diagnostics of the command map point into.
const (
	mappingText = "--mapping"
	inputText   = "stdin"
)

// mapFlags are the flags of the command map.
type mapFlags struct {
	mapping string
	spec    string
	vars    string
	lines   bool
}

func newMap() *cobra.Command {
	var flags mapFlags
	cmd := &cobra.Command{
		Use:   "map --mapping MAPPING",
		Short: "Evaluate a mapping on JSON from standard input",
		Long: `Map evaluates a mapping on one JSON value from standard input, or on null if
there is none. It prints the result, nothing if the mapping gives no value, and
what the mapping stumbled over to standard error. The exit code is 1 when the
mapping or the input cannot be read.

With --lines it reads one JSON object per line instead,
  {"mapping": "...", "spec": "v0.4", "input": ..., "vars": {"args": {...}}}
where all but the mapping may be missing, and answers each with one line,
  {"result": ..., "problems": [{"message": "...", "path": "...", "count": 1}]}
without "result" if there is no value, or {"error": "..."} if the line cannot be
read or evaluated.`,
		Example: `  curl -s https://api.example.com/users/7 | weft map --mapping 'id name: full_name'
  echo '{"id": 7}' | weft map --mapping '$.id->eq($args.id)' --vars '{"args": {"id": 7}}'
  weft map --lines < cases.jsonl`,
		Args: cobra.NoArgs,
		RunE: flags.run,
	}
	cmd.Flags().StringVar(&flags.mapping, "mapping", "", "the `MAPPING` to evaluate")
	cmd.Flags().StringVar(&flags.spec, "spec", "v0.4", "the `VERSION` of the language: v0.1 to v0.4, or weft/v0.1")
	cmd.Flags().StringVar(&flags.vars, "vars", "", "the variables, a `JSON` object; names with or without $")
	cmd.Flags().BoolVar(&flags.lines, "lines", false, "read one JSON object per line, and answer each with a line")
	cmd.MarkFlagsMutuallyExclusive("lines", "mapping")
	cmd.MarkFlagsMutuallyExclusive("lines", "spec")
	cmd.MarkFlagsMutuallyExclusive("lines", "vars")
	cmd.MarkFlagsOneRequired("lines", "mapping")
	return cmd
}

func (f *mapFlags) run(cmd *cobra.Command, _ []string) error {
	// There is nothing to bring to an end, and waiting for input must not keep
	// the process alive.
	signal.Reset(os.Interrupt, syscall.SIGTERM)
	if f.lines {
		return mapLines(cmd.InOrStdin(), cmd.OutOrStdout())
	}
	t := mapping.Trial{Mapping: f.mapping}
	var err error
	if t.Mode, err = mapping.ParseVersion(f.spec); err != nil {
		return fmt.Errorf("--spec: %w", err)
	}
	if f.vars != "" {
		v, err := value.Parse([]byte(f.vars))
		if err != nil || v.Kind() != value.KindObject {
			return errors.New("--vars must be a JSON object")
		}
		if _, err := mapping.NewEnv(v); err != nil {
			return fmt.Errorf("--vars: %w", err)
		}
		t.Vars = v
	}
	if t.Input, err = readInput(cmd); err != nil {
		return err
	}
	return printTrial(cmd, &t)
}

// readInput reads the one value on standard input, null if there is nothing.
func readInput(cmd *cobra.Command) (value.Value, error) {
	content, err := io.ReadAll(cmd.InOrStdin())
	if err != nil {
		return value.Value{}, failure{fmt.Errorf("read standard input: %w", err)}
	}
	if len(bytes.TrimSpace(content)) == 0 {
		return value.Null(), nil
	}
	v, err := value.Parse(content)
	var syntax *value.SyntaxError
	if !errors.As(err, &syntax) {
		return v, err
	}
	var diags diag.List
	text := string(content)
	diags.Errorf("", diag.NewLines(text).Span(inputText, syntax.Offset, syntax.Offset), "the input is no JSON: %s", syntax.Message)
	return v, report(cmd, diags, map[string]string{inputText: text})
}

// printTrial evaluates, prints the result, and reports what is wrong with the mapping or went wrong in it.
func printTrial(cmd *cobra.Command, t *mapping.Trial) error {
	texts := map[string]string{mappingText: t.Mapping}
	lines := diag.NewLines(t.Mapping)
	var diags diag.List

	o, err := t.Run()
	var syntax *mapping.Error
	if errors.As(err, &syntax) {
		diags.Errorf("", lines.Span(mappingText, syntax.Offset, syntax.End), "%s", syntax.Message)
		return report(cmd, diags, texts)
	}
	if err != nil {
		return failure{err}
	}
	if o.Result.IsMissing() {
		diags.Warnf("", diag.Span{}, "the mapping gives no value")
	} else if _, err := cmd.OutOrStdout().Write(append(o.Result.AppendIndented(nil), '\n')); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	for _, p := range o.Problems {
		diags.Warnf("", diag.Span{}, "%s", problemText(p))
	}
	for _, m := range o.Unknown {
		diags.Add(diag.Diagnostic{
			Severity: diag.Warning,
			Message:  "there is no method ->" + m.Name,
			Span:     lines.Span(mappingText, m.Offset, m.End),
			Nearest:  diag.Nearest(m.Name, mapping.Methods()),
		})
	}
	return report(cmd, diags, texts)
}

// problemText tells what a mapping stumbled over, where, and how often.
func problemText(p mapping.Problem) string {
	text := p.Message
	if p.Path != "" {
		text += " at " + p.Path
	}
	if p.Count > 1 {
		text += fmt.Sprintf(", %d times", p.Count)
	}
	return text
}
