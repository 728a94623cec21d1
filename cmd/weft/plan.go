package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/graph"
	"github.com/weftgraph/weft/graph/plan"
	"github.com/weftgraph/weft/graph/value"
	"github.com/weftgraph/weft/server"
)

// planFlags are the flags of the command plan.
type planFlags struct {
	definition definitionFlags
	query      string
	operation  string
	variables  string
	format     string
	caller     callerFlags
}

func newPlan() *cobra.Command {
	var flags planFlags
	cmd := &cobra.Command{
		Use:   "plan SCHEMA... --query FILE",
		Short: "Print the plan of an operation",
		Long: `Plan prints how an operation would be answered: which calls are made, what each
waits for, which calls can start together, and how many there will be. Fragments
with @defer are planned as for a client that takes an answer in parts. It touches
no network.

With --anonymous, --scope or --claims it is planned as for that caller: what the
directives of the graph do not let the caller read is listed, and not called for.
Without them it is planned as for a caller who may read everything.`,
		Example: `  weft plan graph/ --query my-page.graphql
  weft plan graph/ --query my-page.graphql --variables '{"id":"7"}' --format mermaid
  weft plan graph/ --query my-page.graphql --scope invoices:read --config weft.yaml`,
		Args: needs("SCHEMA, the files and folders of a graph"),
		RunE: flags.run,
	}
	flags.definition.add(cmd)
	cmd.Flags().StringVar(&flags.query, "query", "", "the `FILE` with the query document")
	cmd.Flags().StringVar(&flags.operation, "operation", "", "the `NAME` of the operation, if there are several")
	cmd.Flags().StringVar(&flags.variables, "variables", "", "the variables, a `JSON` object")
	flags.caller.add(cmd)
	cmd.Flags().StringVar(&flags.format, "format", "text", "text, json or mermaid")
	if err := cmd.MarkFlagRequired("query"); err != nil {
		panic(err) //nolint:forbidigo // the flag is defined above
	}
	return cmd
}

func (f *planFlags) run(cmd *cobra.Command, paths []string) error {
	printer, ok := map[string]func(p *plan.Plan, estimated, most int64) []byte{
		"text":    planText,
		"json":    planJSON,
		"mermaid": func(p *plan.Plan, _, _ int64) []byte { return p.AppendMermaid(nil) },
	}[f.format]
	if !ok {
		return fmt.Errorf("unknown format %q: there are text, json and mermaid", f.format)
	}
	q := graph.Query{Operation: f.operation, TakesParts: true}
	if f.variables != "" {
		v, err := value.Parse([]byte(f.variables))
		if err != nil || v.Kind() != value.KindObject {
			return errors.New("--variables must be a JSON object")
		}
		q.Variables = v
	}
	text, err := os.ReadFile(f.query)
	if err != nil {
		return failure{err}
	}
	q.Text = string(text)

	d, texts, diags := f.definition.read(paths)
	g, found := server.Check(cmd.Context(), d)
	diags.Add(found...)
	if err := report(cmd, diags, texts); err != nil {
		return err
	}
	if q.Caller, err = f.caller.read(); err != nil {
		return err
	}
	warnScopes(cmd.ErrOrStderr(), q.Caller.Identity().Scopes, g, d.Config.Policies)
	d.Config.Authorization.Off = d.Config.Authorization.Off || !f.caller.isGiven()
	p, estimated, err := server.Plan(g, d, q)
	if err != nil {
		return failure{planError(f.query, err)}
	}
	_, err = cmd.OutOrStdout().Write(printer(p, estimated, d.Cost().Max))
	return err
}

// planText prints a plan with its cost for people.
func planText(p *plan.Plan, estimated, most int64) []byte {
	out := fmt.Appendf(p.AppendText(nil), "cost: %d", estimated)
	if most > 0 && estimated > most {
		out = fmt.Appendf(out, ", more than %d", most)
	}
	return append(out, '\n')
}

// planJSON prints a plan as JSON, with the cost as one more member.
func planJSON(p *plan.Plan, estimated, _ int64) []byte {
	object := p.AppendJSON(nil)
	return fmt.Appendf(object[:len(object)-1], `,"cost":{"estimated":%d}}%s`, estimated, "\n")
}

// planError names the query's file in errors that have a place in it.
func planError(file string, err error) error {
	var list gqlerror.List
	if !errors.As(err, &list) {
		return err
	}
	for _, e := range list {
		e.SetFile(file)
	}
	return err
}
