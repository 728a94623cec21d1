package docs_test

import (
	"path"
	"path/filepath"
	"strings"
	"testing"
)

func TestEveryContractOfTheCorpusIsOnThePageOfSOAP(t *testing.T) {
	t.Parallel()
	const folder = "datasources/soap/wsdl/testdata/corpus"
	files, err := filepath.Glob(under(folder + "/*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no files: %v", folder, err)
	}
	text := readPage(t, "docs/soap.md").text
	for _, file := range files {
		if link := "](../" + path.Join(folder, filepath.Base(file)) + ")"; !strings.Contains(text, link) {
			t.Errorf("docs/soap.md has no row for %s", filepath.Base(file))
		}
	}
}
