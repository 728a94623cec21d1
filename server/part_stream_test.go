package server_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weftgraph/weft/server/config"
)

const acceptEventParts = `multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9`

// eventPart is a text as a part of a stream, with the boundary behind it.
func eventPart(text string) string {
	return "Content-Type: application/json; charset=utf-8\r\n\r\n" + text + "\r\n---\r\n"
}

// lastEventPart is a text as the last part of a stream.
func lastEventPart(text string) string {
	return strings.TrimSuffix(eventPart(text), "---\r\n") + "-----\r\n"
}

func TestSubscriptionsAreAnsweredByParts(t *testing.T) {
	t.Parallel()
	s := serveTicks(t, &config.Config{}, nil)
	for _, accept := range []string{acceptEventParts, `multipart/mixed; subscriptionSpec="1.0"`, `text/event-stream;q=0.5, multipart/mixed;subscriptionSpec=1.0, application/json`} {
		got := askForParts(t.Context(), t, s.base, ticks(2), accept)
		if given := got.Header.Get("Content-Type"); given != `multipart/mixed; boundary="-"; subscriptionSpec="1.0"` {
			t.Errorf("%s: %s", accept, given)
		}
		want := "\r\n---\r\n" + eventPart("{}") + eventPart(`{"payload":`+tick(1)+`}`) + eventPart(`{"payload":`+tick(2)+`}`) + lastEventPart("{}")
		if diff := cmp.Diff(want, got.all(t)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", accept, diff)
		}
	}
}

func TestStreamsOfPartsAreKeptAlive(t *testing.T) {
	t.Parallel()
	s := serveTicks(t, &config.Config{EventStream: config.EventStream{KeepAliveInterval: 10 * time.Millisecond}}, nil)
	ctx, leave := context.WithCancel(t.Context())
	got := askForParts(ctx, t, s.base, ticks(-1), acceptEventParts)
	got.until(t, tick(1))
	for range 3 {
		got.until(t, eventPart("{}"))
	}
	leave()
	s.waitForEnd(t)
}

func TestStreamsOfPartsAreCutOff(t *testing.T) {
	t.Parallel()
	t.Run("when the graph is replaced", func(t *testing.T) {
		t.Parallel()
		s := serveTicks(t, &config.Config{}, nil)
		got := askForParts(t.Context(), t, s.base, ticks(-1), acceptEventParts)
		got.until(t, eventPart(`{"payload":`+tick(1)+`}`))
		s.gateway.Schema().Generation().Retire()
		want := lastEventPart(`{"payload":null,"errors":[{"message":"The subscription was closed because the graph has been replaced. Subscribe again.",` +
			`"extensions":{"code":"SUBSCRIPTION_SCHEMA_RELOAD"}}]}`)
		if diff := cmp.Diff(want, got.all(t)); diff != "" {
			t.Error(diff)
		}
		s.waitForEnd(t)
	})
	t.Run("when the server stops", func(t *testing.T) {
		t.Parallel()
		s := serveTicks(t, &config.Config{}, nil)
		got := askForParts(t.Context(), t, s.base, ticks(-1), acceptEventParts)
		got.until(t, eventPart(`{"payload":`+tick(1)+`}`))
		s.handler.Drain()
		if rest := got.all(t); strings.Contains(rest, "-----") {
			t.Errorf("the stream has an end: %s", rest)
		}
		s.waitForEnd(t)
	})
}

func TestRefusedSubscriptionsAreNoStreamOfParts(t *testing.T) {
	t.Parallel()
	s := serveTicks(t, &config.Config{Subscription: config.Subscription{MaxOpened: 1}}, nil)
	for _, query := range []string{"subscription { nothing }", "subscription { failing { n } }"} {
		got := askForParts(t.Context(), t, s.base, query, acceptEventParts)
		body, err := io.ReadAll(got.body)
		if given := got.Header.Get("Content-Type"); err != nil || !strings.HasPrefix(given, "application/graphql-response+json") || !strings.HasPrefix(string(body), `{"errors":[`) {
			t.Errorf("%s: %s %s %v", query, given, body, err)
		}
	}
	open := askForParts(t.Context(), t, s.base, ticks(-1), acceptEventParts)
	open.until(t, tick(1))
	if got := askForParts(t.Context(), t, s.base, ticks(1), acceptEventParts).all(t); !strings.Contains(got, "There are too many open subscriptions") {
		t.Error(got)
	}
}
