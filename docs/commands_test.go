package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	weftCommand = regexp.MustCompile(`^(?:\.bin/)?weft ([a-z]+)`)
	weftFlag    = regexp.MustCompile(`--([a-z]+)`)
)

// TestCommandsOfThePagesExist looks for the commands and flags in the source of cmd/weft, which is cheaper than building it.
func TestCommandsOfThePagesExist(t *testing.T) {
	t.Parallel()
	source := commandSource(t)
	checked := 0
	for _, p := range pages(t) {
		for _, found := range codeSpan.FindAllStringSubmatch(p.prose(), -1) {
			command := weftCommand.FindStringSubmatch(found[1])
			if command == nil {
				continue
			}
			checked++
			if !regexp.MustCompile(`Use:\s+"` + command[1] + `\b`).MatchString(source) {
				t.Errorf("%s: there is no command `weft %s`", p.file, command[1])
			}
		}
	}
	if checked < 5 {
		t.Errorf("found %d commands", checked)
	}
}

func TestFlagsOfTheCommandLineTableExist(t *testing.T) {
	t.Parallel()
	source := commandSource(t)
	for _, row := range readPage(t, "README.md").tables("## The command line") {
		for _, flag := range weftFlag.FindAllStringSubmatch(strings.Join(row, " "), -1) {
			if !strings.Contains(source, `"`+flag[1]+`",`) {
				t.Errorf("there is no flag --%s", flag[1])
			}
		}
	}
}

func commandSource(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(under("cmd/weft/*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
	}
	return out.String()
}
