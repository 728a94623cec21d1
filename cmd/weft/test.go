package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/weftgraph/weft/graph/sdl"
	"github.com/weftgraph/weft/resolvers/suite"
	"github.com/weftgraph/weft/server"
)

// suiteSuffixes are how the names of test files end.
func suiteSuffixes() []string { return []string{".test.yaml", ".test.yml"} }

type testFlags struct {
	definition definitionFlags
	update     bool
	coverage   bool
}

func newTest() *cobra.Command {
	var flags testFlags
	cmd := &cobra.Command{
		Use:   "test PATH...",
		Short: "Run tests of mappings, without any back end",
		Long: `Test runs files of tests, and those in folders whose names end in .test.yaml. Each
test names a connector, its variables and a reply; it expects the request that the
connector makes, and what it maps the reply to. The documents are those that the
file names, or those in its folder. The exit code is 1 when a test fails.`,
		Example: `  weft test graph/
  weft test graph/users.test.yaml --update`,
		Args: needs("PATH, the files and folders of tests"),
		RunE: flags.run,
	}
	flags.definition.add(cmd)
	cmd.Flags().BoolVar(&flags.update, "update", false, "rewrite the expectations by what comes out")
	cmd.Flags().BoolVar(&flags.coverage, "coverage", false, "list the fields that no test has seen")
	return cmd
}

func (f *testFlags) run(cmd *cobra.Command, paths []string) error {
	files, err := findSuites(paths)
	if err != nil {
		return failure{err}
	}
	if len(files) == 0 {
		return failure{fmt.Errorf("there are no tests: their names end in %s", suiteSuffixes()[0])}
	}
	// Files of one schema share a runner, so that coverage is that of all of them.
	runners := map[string]*suite.Runner{}
	var order []string
	total, failed := 0, 0
	for _, path := range files {
		file, err := suite.Read(path)
		if err != nil {
			return failure{err}
		}
		key, documents := schemaOf(file)
		runner := runners[key]
		if runner == nil {
			if runner, err = f.runner(cmd, documents); err != nil {
				return err
			}
			runners[key], order = runner, append(order, key)
		}
		wrong, err := f.runFile(cmd, runner, file)
		if err != nil {
			return err
		}
		total, failed = total+len(file.Tests), failed+wrong
	}
	for _, key := range order {
		if err := f.printCoverage(cmd.OutOrStdout(), runners[key].Coverage()); err != nil {
			return err
		}
	}
	if failed > 0 {
		return failure{fmt.Errorf("%d of %s failed", failed, counted(total, "test"))}
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s passed\n", counted(total, "test"))
	return err
}

// findSuites returns the files of tests at some paths, in order.
func findSuites(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err //nolint:wrapcheck // it names the path already
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		err = filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			for _, suffix := range suiteSuffixes() {
				if err == nil && !entry.IsDir() && strings.HasSuffix(file, suffix) {
					files = append(files, file)
				}
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("find tests: %w", err)
		}
	}
	return files, nil
}

// schemaOf returns the documents of a file of tests, and a text that is the same for the same documents.
func schemaOf(file *suite.File) (string, []string) {
	folder := filepath.Dir(file.Path)
	if len(file.Schema) == 0 {
		return folder, []string{folder}
	}
	documents := make([]string, 0, len(file.Schema))
	for _, path := range file.Schema {
		if !filepath.IsAbs(path) {
			path = filepath.Join(folder, path)
		}
		documents = append(documents, path)
	}
	return strings.Join(documents, "\x00"), documents
}

func (f *testFlags) runner(cmd *cobra.Command, documents []string) (*suite.Runner, error) {
	d, texts, diags := f.definition.read(documents)
	g, found := sdl.Build(d.Documents, sdl.Options{Env: d.Env, Allow: d.Allow})
	diags.Add(found...)
	if err := report(cmd, diags, texts); err != nil {
		return nil, err
	}
	return suite.NewRunner(g, server.Kinds()), nil
}

// runFile runs the tests of one file and returns how many failed.
func (f *testFlags) runFile(cmd *cobra.Command, runner *suite.Runner, file *suite.File) (failed int, err error) {
	out := cmd.OutOrStdout()
	results := make([]*suite.Result, 0, len(file.Tests))
	for i := range file.Tests {
		t := &file.Tests[i]
		result, err := runner.Run(cmd.Context(), t)
		if err != nil {
			return 0, failure{fmt.Errorf("%s:%d: %s: %w", file.Path, t.Line, t.Name, err)}
		}
		results = append(results, result)
		if f.update {
			continue
		}
		verdict := "ok  "
		if len(result.Differences) > 0 {
			verdict, failed = "FAIL", failed+1
		}
		_, err = fmt.Fprintf(out, "%s %s:%d %s\n", verdict, file.Path, t.Line, t.Name)
		for _, difference := range result.Differences {
			_, lineErr := fmt.Fprintf(out, "       %s\n", difference)
			err = errors.Join(err, lineErr)
		}
		if err != nil {
			return 0, fmt.Errorf("print results: %w", err)
		}
	}
	if f.update {
		if err := file.Update(results); err != nil {
			return 0, failure{err}
		}
	}
	return failed, nil
}

// printCoverage says how much of a schema its tests have seen.
func (f *testFlags) printCoverage(out io.Writer, entries []suite.Coverage) error {
	tested, fields, unseen := 0, 0, 0
	for _, c := range entries {
		if c.Tests > 0 {
			tested++
		}
		fields, unseen = fields+c.Fields, unseen+len(c.Unseen)
		if !f.coverage || len(c.Unseen) == 0 && c.Tests > 0 {
			continue
		}
		missing := strings.Join(c.Unseen, " ")
		if c.Tests == 0 {
			missing = "no test"
		}
		if _, err := fmt.Fprintf(out, "     %s: %s\n", c.Coordinate, missing); err != nil {
			return fmt.Errorf("print coverage: %w", err)
		}
	}
	_, err := fmt.Fprintf(out, "coverage: %d of %s, %d of %s\n",
		tested, counted(len(entries), "connector"), fields-unseen, counted(fields, "field"))
	return err
}
