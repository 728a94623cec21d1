package rest

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

func TestPooledSourceKeepsItsTimeout(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	base := serve(t, func(http.ResponseWriter, *http.Request) { <-release })
	t.Cleanup(func() { close(release) })

	pool := datasources.NewPool(map[datasources.Kind]datasources.Open{datasources.HTTP: Open})
	t.Cleanup(func() {
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
	})
	lease, err := pool.Acquire(t.Context(), datasources.Settings{
		Kind:    datasources.HTTP,
		HTTP:    &datasources.HTTPSource{BaseURL: template(t, base)},
		Timeout: 30 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer lease.Release()
	b, diagnostics := lease.Source().Bind(datasources.Connector{HTTP: get(t, "/u"), Selection: parse(t, "id")})
	if len(diagnostics) > 0 {
		t.Fatal(diagnostics)
	}
	f, err := b.Prepare(idShape())
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.Request(&mapping.Env{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Do(t.Context(), r)
	var e *datasources.Error
	if !errors.As(err, &e) || e.Code != datasources.CodeTimeout || e.Message != "Gateway timeout" {
		t.Errorf("got %v", err)
	}
}
