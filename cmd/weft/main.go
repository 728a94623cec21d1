// Command weft serves a GraphQL graph that is woven from REST, gRPC and SOAP services.
//
// Exit codes: 0 success, 1 the documents, the configuration or the server has errors, 2 the command line is wrong.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/weftgraph/weft/server/memory"
)

// version is set by the linker.
var version = "unknown"

// Exit codes.
const (
	exitFailure = 1
	exitUsage   = 2
)

func main() {
	memory.Tune()
	os.Exit(run())
}

// run runs the command line and returns the exit code.
func run() int {
	// A second signal is not caught: whoever is in a hurry gets the default, an immediate end.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)

	logGRPC(os.Stderr)
	root := newRoot()
	executed, err := root.ExecuteContextC(ctx)
	var reported *reportedError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &reported):
		return exitFailure
	case isFailure(err):
		fmt.Fprintln(executed.ErrOrStderr(), "weft:", err)
		return exitFailure
	default:
		fmt.Fprintf(executed.ErrOrStderr(), "weft: %v\nSee '%s --help'.\n", err, executed.CommandPath())
		return exitUsage
	}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "weft",
		Short: "Weave REST, gRPC and SOAP services into one GraphQL graph",
		Long: `Weft weaves REST, gRPC and SOAP services into one GraphQL graph.

A graph is a set of SDL files whose fields say where they come from. Weft plans
each query into the fewest parallel and batched calls, and assembles one answer.`,
		Example: `  weft demo
  weft check graph/
  weft serve --config weft.yaml graph/`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newServe(), newDemo(), newCheck(), newContract(), newPlan(), newMap(), newTest(), newConfig(), newKeys(), newVersion())
	return root
}

// needs demands one argument or more; what says which.
func needs(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return fmt.Errorf("%s needs %s", cmd.Name(), what)
		}
		return nil
	}
}
