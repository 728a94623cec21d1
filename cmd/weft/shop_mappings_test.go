package main_test

import (
	"path/filepath"
	"testing"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/resolvers/suite"
	"github.com/weftgraph/weft/server"
)

// The shop's mapping tests cover all three protocols without any back end.
func TestShopsMappingTestsPass(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "examples", "shop", "schema")
	inputs, diags := sdl.Load([]string{folder})
	g, found := sdl.Build(inputs, sdl.Options{})
	if diags.Add(found...); g == nil {
		t.Fatal(diags)
	}
	file, err := suite.Read(filepath.Join(folder, "shop.test.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Tests) == 0 {
		t.Fatal("there are no tests")
	}
	runner := suite.NewRunner(g, server.Kinds())
	for i := range file.Tests {
		result, err := runner.Run(t.Context(), &file.Tests[i])
		if err != nil {
			t.Fatal(err)
		}
		for _, difference := range result.Differences {
			t.Errorf("%s: %s", file.Tests[i].Name, difference)
		}
	}
}
