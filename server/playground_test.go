package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
)

func TestPlaygroundCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	for off, want := range map[bool]int{false: http.StatusOK, true: http.StatusNotFound} {
		base := serve(t, func(c *config.Config) { c.Playground.Off = off }, server.Exposure{})
		resp, err := http.Get(base + "/")
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
		if resp.StatusCode != want {
			t.Errorf("off %t: status %d", off, resp.StatusCode)
		}
	}
}

func TestConfigurationCanAllowExplanations(t *testing.T) {
	t.Parallel()
	base := serve(t, func(c *config.Config) { c.Playground.Explain = true }, server.Exposure{})
	if got := ask(t, base, "{ user(id: 1) { id } }", "", "Weft-Explain: plan"); !strings.Contains(got.body, `"weft":{"plan":`) {
		t.Error(got.body)
	}
}
