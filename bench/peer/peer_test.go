package peer_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/weftgraph/weft/bench/peer"
	"github.com/weftgraph/weft/bench/scenario"
)

func read(t *testing.T) []peer.Peer {
	t.Helper()
	peers, err := peer.Read("../peers.json")
	if err != nil {
		t.Fatal(err)
	}
	return peers
}

func names(peers []peer.Peer) []string {
	var out []string
	for _, p := range peers {
		out = append(out, p.Name)
	}
	return out
}

func TestCommandsOfPeersCanRun(t *testing.T) {
	t.Parallel()
	for _, p := range read(t) {
		for _, command := range [][]string{p.InstallArgs, p.StartArgs} {
			if len(command) == 0 {
				continue
			}
			info, err := os.Stat(filepath.Join("..", command[0]))
			if err != nil || info.Mode()&0o100 == 0 {
				t.Errorf("%s: %s is no command (%v)", p.Name, command[0], err)
			}
		}
	}
}

func TestOnlyNamesScenariosOfThePeersGraphs(t *testing.T) {
	t.Parallel()
	all, err := scenario.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range read(t) {
		for _, name := range p.Only {
			if !slices.ContainsFunc(all, func(s scenario.Scenario) bool { return s.Name == name && p.Runs(s) }) {
				t.Errorf("%s is not measured on %q", p.Name, name)
			}
		}
	}
}

func TestPeersAreChosenByName(t *testing.T) {
	t.Parallel()
	posts := []scenario.Graph{scenario.Posts}
	all := []peer.Peer{
		{Name: "a", Graphs: posts},
		{Name: "b", Graphs: posts, Extra: true},
		{Name: "c", Graphs: posts},
		{Name: "d", Graphs: []scenario.Graph{scenario.Shop}}, // runs none of the scenarios
	}
	scenarios := []scenario.Scenario{{Name: "nested", Graph: scenario.Posts}}
	for given, want := range map[string]string{"": "a c", "+b": "a b c", "c": "c", "c,a": "a c", "c,+b": "b c", "b": "b"} {
		got, err := peer.Choose(all, given, scenarios)
		if err != nil || strings.Join(names(got), " ") != want {
			t.Errorf("%q: want %s, got %v and the error %v", given, want, names(got), err)
		}
	}
	if _, err := peer.Choose(all, "+e", scenarios); err == nil || !strings.Contains(err.Error(), `"e"`) {
		t.Errorf("want an error that names it, got %v", err)
	}
}

func TestPeerThatCannotBeInstalledIsLeftOut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"good": "exit 0", "bad": "echo no such package >&2\nexit 1"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	peers := []peer.Peer{{Name: "plain"}, {Name: "bad", InstallArgs: []string{"bad"}}, {Name: "good", InstallArgs: []string{"good"}}}
	var log strings.Builder
	ready, err := peer.Install(t.Context(), peers, peer.Home{Dir: dir, Cache: t.TempDir()}, &log)
	if err != nil || strings.Join(names(ready), " ") != "plain good" {
		t.Errorf("want plain and good, got %v and the error %v", names(ready), err)
	}
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "bad cannot be installed") {
		t.Errorf("want one line about bad, got %q", got)
	}
}
