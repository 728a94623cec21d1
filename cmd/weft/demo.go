package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap/zapcore"

	"github.com/weftgraph/weft/examples/shop"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/playground"
)

// demoQuery is what the printed command line asks.
const demoQuery = `{ user(id: 7) { name orders { id total lines { quantity product { name } } } } }`

// anyPort is where the demo listens when its default address is in use: whoever tries it has not chosen one.
const anyPort = "127.0.0.1:0"

func newDemo() *cobra.Command {
	var (
		listen, admin string
		latency       time.Duration
		backends      map[string]string
		auth          bool
		level         zapcore.Level
	)
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Serve the example shop with its back ends",
		Long: `Demo starts the back ends of the example shop on free ports of this machine, or
where --backend says, and serves the shop's graph over them. Answers explain
themselves: send the header 'weft-explain: plan, calls'.

Everybody may read everything, unless --auth says otherwise: then an OpenID
provider starts, too, and the playground has tabs with the tokens of a few people.`,
		Example: `  weft demo
  weft demo --listen 127.0.0.1:0 --latency 20ms
  weft demo --admin 127.0.0.1:4001
  weft demo --auth
  weft demo --backend shipping=localhost:4002`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options, err := demoOptions(latency, backends)
			if err != nil {
				return err
			}
			p := serveParams{listen: listen, admin: admin, log: level}
			if !cmd.Flags().Changed("listen") {
				p.fallback = anyPort
			}
			return demo(cmd, p, options, auth)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", defaultListen,
		"the `HOST:PORT` to listen on; port 0 takes a free one, which is also what happens when the default is in use")
	cmd.Flags().DurationVar(&latency, "latency", 0, "how long the back ends wait before they answer, such as 20ms")
	cmd.Flags().StringToStringVar(&backends, "backend", nil, "where a back end listens, a `NAME=HOST:PORT`; the names are shop, shipping and billing")
	cmd.Flags().BoolVar(&auth, "auth", false, "ask who is asking: some fields are only for callers with a token that allows them")
	addAdmin(cmd, &admin)
	addLog(cmd, &level)
	return cmd
}

// demoOptions are those of the back ends, from the values of flags.
func demoOptions(latency time.Duration, backends map[string]string) (shop.Options, error) {
	if latency < 0 {
		return shop.Options{}, fmt.Errorf("--latency must not be negative, got %s", latency)
	}
	options := shop.Options{Latency: latency, Addresses: map[shop.Backend]string{}}
	for name, address := range backends {
		if !slices.Contains(shop.Backends(), shop.Backend(name)) {
			return shop.Options{}, fmt.Errorf("--backend: expected one of %q but got %q", shop.Backends(), name)
		}
		options.Addresses[shop.Backend(name)] = address
	}
	return options, nil
}

// demo serves the shop where the params say, over back ends with some options, with or without asking callers for tokens.
func demo(cmd *cobra.Command, p serveParams, options shop.Options, auth bool) error {
	documents, texts, err := shopDocuments()
	if err != nil {
		return failure{err}
	}
	backend, err := shop.Start(cmd.Context(), options)
	if err != nil {
		return failure{err}
	}
	defer func() { _ = backend.Close() }() // the listener's last error changes nothing any more

	settings := &config.Config{Sources: map[string]config.Source{}}
	for name, address := range backend.Overrides() {
		settings.Sources[name] = config.Source{OverrideURL: address}
	}
	queries, err := shopQueries()
	if err != nil {
		return failure{err}
	}
	greeting := demoGreeting
	if auth {
		people, err := startIssuer(cmd.Context(), settings)
		if err != nil {
			return failure{err}
		}
		defer people.close()
		if queries, err = people.queries(queries); err != nil {
			return failure{err}
		}
		greeting = people.greeting
	} else {
		settings.Authorization.Off = true
	}
	gateway, diags := server.Open(cmd.Context(), server.Definition{
		Documents: documents, Config: settings, Env: os.LookupEnv, Now: time.Now(),
	})
	if err := report(cmd, diags, texts); err != nil {
		return err
	}
	defer gateway.Close()
	p.expose = server.Exposure{Explain: true, Queries: queries}
	p.ready = func(endpoint string) error {
		_, err := fmt.Fprintf(cmd.OutOrStdout(), `playground   %s
back ends    %s by REST
             %s by gRPC
             %s by SOAP
%s
Ctrl-C stops.
`, strings.TrimSuffix(endpoint, gateway.Path())+"/",
			backend.Address(shop.REST), backend.Address(shop.Shipping), backend.Address(shop.Billing), greeting(endpoint))
		return err
	}
	return serve(cmd, gateway, p)
}

// demoGreeting says what to do first.
func demoGreeting(endpoint string) string {
	return fmt.Sprintf(`
Open the playground, or ask for a customer's orders and for the calls that were made:

  curl %s \
    -H 'content-type: application/json' -H 'weft-explain: calls' \
    -d '{"query":"%s"}'
`, endpoint, demoQuery)
}

// shopQueries returns the prepared queries of the example graph.
func shopQueries() ([]playground.Query, error) {
	folder, err := shop.QueryFiles()
	if err != nil {
		return nil, err
	}
	return playground.LoadQueries(folder)
}

// shopDocuments returns the documents of the example graph.
func shopDocuments() ([]sdl.Input, map[string]string, error) {
	folder, err := shop.Schema()
	if err != nil {
		return nil, nil, err
	}
	inputs, err := sdl.LoadFS(folder)
	if err != nil {
		return nil, nil, err
	}
	texts := make(map[string]string, len(inputs))
	for _, in := range inputs {
		texts[in.File] = in.Text
	}
	return inputs, texts, nil
}
