package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/server"
	"github.com/weftgraph/weft/server/config"
	"github.com/weftgraph/weft/server/persisted"
	"github.com/weftgraph/weft/server/watch"
)

// definitionFlags are the flags that say what a graph is made from, besides its documents.
type definitionFlags struct {
	config string
	allow  []string
}

func (f *definitionFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.config, "config", "", "the settings, a weft.yaml `FILE`")
	cmd.Flags().StringSliceVar(&f.allow, "allow", nil, "take errors with these `CODES` as warnings")
}

// read reads documents and settings. The texts are those that diagnostics may quote, by file.
func (f *definitionFlags) read(paths []string) (d server.Definition, texts map[string]string, diags diag.List) {
	inputs, diags := sdl.Load(paths)
	texts = make(map[string]string, len(inputs)+1)
	for _, in := range inputs {
		texts[in.File] = in.Text
	}
	d = server.Definition{Documents: inputs, Allow: f.allow, Env: os.LookupEnv, Now: time.Now()}
	// Without a file, too: the environment may set what files can.
	loaded, found := config.Load(f.config, os.LookupEnv)
	d.Config, texts[f.config], d.Unread = loaded.Config, loaded.Text, loaded.Config == nil
	if d.Config != nil {
		loaded.Files = append(loaded.Files, persisted.Files(d.Config.PersistedQueries.Manifests)...)
	}
	d.Files = files(paths, loaded.Files)
	diags.Add(found...)
	return d, texts, diags
}

// files are those that a definition was read from.
func files(documents, config []string) watch.Set {
	set := watch.Set{Files: config, Is: sdl.IsDocument}
	for _, path := range documents {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			set.Folders = append(set.Folders, path)
		} else {
			set.Files = append(set.Files, path)
		}
	}
	return set
}

// report prints diagnostics to stderr, and returns an error when they have errors.
func report(cmd *cobra.Command, diags diag.List, texts map[string]string) error {
	out := cmd.ErrOrStderr()
	if err := diag.Render(out, diags, texts, isTerminal(out)); err != nil {
		return fmt.Errorf("print diagnostics: %w", err)
	}
	if diags.HasErrors() {
		return &reportedError{}
	}
	return nil
}
