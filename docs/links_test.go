package docs_test

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"`)
	headingLine  = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notInAnchor  = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

func TestLinksBetweenPagesLeadSomewhere(t *testing.T) {
	t.Parallel()
	for _, p := range pages(t) {
		for _, found := range markdownLink.FindAllStringSubmatch(p.prose(), -1) {
			link := found[1] + found[2]
			if strings.Contains(link, "://") || strings.HasPrefix(link, "mailto:") {
				continue
			}
			target, anchor, _ := strings.Cut(link, "#")
			file := p.file
			if target != "" {
				file = path.Join(path.Dir(p.file), target)
			}
			if _, err := os.Stat(under(file)); err != nil {
				t.Errorf("%s: the link %s leads nowhere", p.file, link)
				continue
			}
			if anchor != "" && !slices.Contains(anchors(readPage(t, file)), anchor) {
				t.Errorf("%s: %s has no heading for the link %s", p.file, file, link)
			}
		}
	}
}

// anchors returns what headings are called in links.
func anchors(p page) []string {
	var out []string
	for _, heading := range headingLine.FindAllStringSubmatch(p.prose(), -1) {
		text := notInAnchor.ReplaceAllString(strings.ToLower(heading[1]), "")
		out = append(out, strings.ReplaceAll(text, " ", "-"))
	}
	return out
}
