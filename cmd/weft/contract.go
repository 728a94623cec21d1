package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/grpc"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/server"
)

// contractFlags are the flags of the command contract.
type contractFlags struct {
	definition definitionFlags
	schema     []string
	write      string
	operation  string
}

func newContract() *cobra.Command {
	var flags contractFlags
	cmd := &cobra.Command{
		Use:   "contract SOURCE",
		Short: "Show what a gRPC server or a WSDL offers, and keep a server's contract",
		Long: `Contract lists the services and methods of a gRPC server, which it asks for them by
reflection, or the ports and operations of a WSDL. SOURCE is an address, grpc://HOST:PORT,
or grpcs://HOST:PORT for TLS, or the file or the URL of a WSDL. Or it is a source of the
graph that --schema gives, as <document>.<source>: then the server is asked with the
source's metadata or headers and the settings of --config, and a contract in files is
read from these.

With --operation it shows what the message and the reply of an operation of a WSDL are
made of, by the names that mappings have for it: "?" may be absent, "[]" is a list.

With --write the contract of a gRPC server is kept in a file, which descriptorSet of a
source takes.`,
		Example: `  weft contract grpc://localhost:4002
  weft contract grpc://localhost:4002 --write shipping.binpb
  weft contract shipping.api --schema graph/ --config weft.yaml
  weft contract billing.wsdl --operation GetInvoice`,
		Args: cobra.ExactArgs(1),
		RunE: flags.run,
	}
	cmd.Flags().StringVar(&flags.definition.config, "config", "", "the settings, a weft.yaml `FILE`")
	cmd.Flags().StringArrayVar(&flags.schema, "schema", nil, "the graph's documents, as a `FILE` or folder; may be repeated")
	cmd.Flags().StringVar(&flags.operation, "operation", "", "the `NAME` of an operation of a WSDL, to show all of it")
	cmd.Flags().StringVar(&flags.write, "write", "", "the `FILE` to keep the contract in, a descriptor set")
	return cmd
}

func (f *contractFlags) run(cmd *cobra.Command, args []string) error {
	settings, err := f.settings(cmd, args[0])
	if err != nil {
		return err
	}
	if settings.Kind == datasources.SOAP {
		return f.runSOAP(cmd, settings)
	}
	if f.operation != "" {
		return errNoWSDL
	}
	offer, err := grpc.ReadOffer(cmd.Context(), settings)
	if err != nil {
		return failure{fmt.Errorf("%s: %w", settings.Name, err)}
	}
	if f.write != "" {
		set, err := offer.DescriptorSet()
		if err == nil {
			err = os.WriteFile(f.write, set, 0o644) //nolint:gosec // a contract is no secret
		}
		if err != nil {
			return failure{err}
		}
	}
	return printOffer(cmd.OutOrStdout(), offer)
}

// settings are those of an address, or of a source of the graph.
func (f *contractFlags) settings(cmd *cobra.Command, source string) (datasources.Settings, error) {
	if isWSDL(source) {
		return settingsOfWSDL(source), nil
	}
	if strings.Contains(source, "://") {
		address, err := mapping.ParseTemplate(source, mapping.V04)
		if err != nil {
			return datasources.Settings{}, err
		}
		return datasources.Settings{
			Kind: datasources.GRPC, Name: source, GRPC: &datasources.GRPCSource{Address: address, Files: datasources.Folder(".")},
		}, nil
	}
	if len(f.schema) == 0 {
		return datasources.Settings{}, fmt.Errorf("%q is no address, such as grpc://localhost:4002, and no WSDL; for a source of a graph, --schema says where that is", source)
	}
	d, texts, diags := f.definition.read(f.schema)
	settings, found := server.SourceSettings(d, source)
	diags.Add(found...)
	if err := report(cmd, diags, texts); err != nil {
		return settings, err
	}
	if settings.Kind != datasources.GRPC && settings.Kind != datasources.SOAP {
		return settings, failure{fmt.Errorf("source %s is neither a gRPC source nor a SOAP source", source)}
	}
	return settings, nil
}

// printOffer lists services in the way of proto files.
func printOffer(w io.Writer, o *grpc.Offer) error {
	var text strings.Builder
	for _, s := range o.Services {
		fmt.Fprintln(&text, s.Name)
		for _, m := range s.Methods {
			fmt.Fprintf(&text, "  %s(%s) returns (%s)\n", m.Name, streamed(m.StreamsInput, m.Input), streamed(m.StreamsOutput, m.Output))
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func streamed(isStream bool, message string) string {
	if isStream {
		return "stream " + message
	}
	return message
}
