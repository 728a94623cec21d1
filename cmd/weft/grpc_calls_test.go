package main_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server/config"
)

const (
	callsDocument = `
extend schema @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @source(name: "api", grpc: { address: "grpc://localhost:1", proto: ["api.proto"] })
type Query {
  get: String @connect(source: "api", grpc: { method: "api.Api/Get", message: "$('get')" }, selection: "$")
  list: [String] @connect(source: "api", grpc: { method: "api.Api/Watch", message: "$('list')" }, selection: "$")
}
type Subscription {
  watch: String @connect(source: "api", grpc: { method: "api.Api/Watch", message: "$('watch')" }, selection: "$")
}`
	callsProto = `
syntax = "proto3";
package api;
import "google/protobuf/wrappers.proto";
service Api {
  rpc Get(google.protobuf.StringValue) returns (google.protobuf.StringValue);
  rpc Watch(google.protobuf.StringValue) returns (stream google.protobuf.StringValue);
}`
)

// serveCalls serves the callsDocument over a server that answers every call with a message and then does as it is told.
func serveCalls(t *testing.T, settings *config.Config, timeout time.Duration, then func(context.Context) error) *gateway {
	t.Helper()
	address := serveGRPC(t, grpc.NewServer(grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		var in wrapperspb.StringValue
		if err := stream.RecvMsg(&in); err != nil {
			return err
		}
		if in.GetValue() == "watch" {
			if err := stream.SendMsg(&in); err != nil {
				return err
			}
		}
		if err := then(stream.Context()); err != nil {
			return err
		}
		return stream.SendMsg(&in)
	})))
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "api.proto"), []byte(callsProto), 0o600); err != nil {
		t.Fatal(err)
	}
	settings.Sources = map[string]config.Source{"api.api": {OverrideURL: "grpc://" + address, Timeout: timeout}}
	return serve(t, []sdl.Input{{File: filepath.Join(folder, "api.graphql"), Text: callsDocument}}, settings)
}

// open sends an operation and returns the body of what comes back.
func (g *gateway) open(ctx context.Context, t *testing.T, query string) (io.ReadCloser, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url+"/graphql", strings.NewReader(`{"query":`+strconv.Quote(query)+`}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	reply, err := g.client.Do(r)
	if err != nil {
		return nil, err //nolint:wrapcheck // the test looks at it
	}
	t.Cleanup(func() { _ = reply.Body.Close() })
	return reply.Body, nil
}

func TestSmallerDeadlineReachesTheGRPCServer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ request, call time.Duration }{
		"of the request": {20 * time.Second, time.Hour},
		"of the source":  {time.Hour, 20 * time.Second},
	} {
		for _, query := range []string{"{ get }", "{ list }"} {
			t.Run(name+" "+query, func(t *testing.T) {
				t.Parallel()
				left := make(chan time.Duration, 1)
				g := serveCalls(t, &config.Config{Timeout: c.request}, c.call, func(ctx context.Context) error {
					end, ok := ctx.Deadline()
					if !ok {
						end = time.Time{}
					}
					left <- time.Until(end)
					return nil
				})
				if a := g.ask(t, query, nil); len(a.Errors) > 0 {
					t.Fatal(a.Errors)
				}
				if got := <-left; got > 20*time.Second || got < 5*time.Second {
					t.Errorf("the server has %v left", got)
				}
			})
		}
	}
}

func TestClientThatLeavesEndsItsGRPCCalls(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"{ get }", "{ list }", "subscription { watch }"} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			arrived, over := make(chan bool, 1), make(chan error, 1)
			g := serveCalls(t, &config.Config{}, 0, func(ctx context.Context) error {
				_, hasEnd := ctx.Deadline()
				arrived <- hasEnd
				<-ctx.Done()
				over <- ctx.Err()
				return ctx.Err()
			})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			answered := make(chan error, 1)
			go func() {
				_, err := g.open(ctx, t, query)
				answered <- err
			}()
			if hasEnd, isStream := <-arrived, strings.HasPrefix(query, "subscription"); hasEnd == isStream {
				t.Errorf("the server has a deadline: %t", hasEnd)
			}
			cancel()
			if err := <-over; !errors.Is(err, context.Canceled) {
				t.Errorf("the server saw %v", err)
			}
			<-answered
		})
	}
}

func TestSubscriberThatLeavesBetweenEventsEndsTheStream(t *testing.T) {
	t.Parallel()
	over := make(chan error, 1)
	g := serveCalls(t, &config.Config{}, 0, func(ctx context.Context) error {
		<-ctx.Done()
		over <- ctx.Err()
		return ctx.Err()
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	body, err := g.open(ctx, t, "subscription { watch }")
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(body); lines.Scan(); {
		if strings.Contains(lines.Text(), `"watch":"watch"`) {
			break
		}
	}
	cancel()
	if err := <-over; !errors.Is(err, context.Canceled) {
		t.Errorf("the server saw %v", err)
	}
}

func TestRequestWhoseTimeIsOverEndsItsGRPCCalls(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"{ get }", "{ list }"} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			over := make(chan error, 1)
			g := serveCalls(t, &config.Config{Timeout: 300 * time.Millisecond}, time.Hour, func(ctx context.Context) error {
				<-ctx.Done()
				over <- ctx.Err()
				return ctx.Err()
			})
			if a := g.ask(t, query, nil); len(a.Errors) != 1 || a.Errors[0].code() != "REQUEST_TIMEOUT" && a.Errors[0].code() != "GATEWAY_TIMEOUT" {
				t.Errorf("got %v", a.Errors)
			}
			<-over
		})
	}
}
