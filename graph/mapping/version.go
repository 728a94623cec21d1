package mapping

import (
	"fmt"
	"strings"
)

// publicLink and weftLink identify the two dialects that have mappings.
const (
	publicLink = "https://specs.apollo.dev/connect"
	weftLink   = "https://weftgraph.dev/connect"
)

// ParseVersion returns the mode of a version as people write it: "v0.3", "0.3",
// "connect/v0.3" and "https://specs.apollo.dev/connect/v0.3" are the public
// version 0.3, "weft/v0.1" and "https://weftgraph.dev/connect/v0.1" are Weft's
// own dialect. The error names what was expected.
func ParseVersion(text string) (Mode, error) {
	dialect, version := "", text
	if slash := strings.LastIndexByte(text, '/'); slash >= 0 {
		dialect, version = text[:slash], text[slash+1:]
	}
	number := strings.TrimPrefix(version, "v")
	switch dialect {
	case "", "connect", publicLink:
		switch number {
		case "0.1", "0.2":
			return V02, nil
		case "0.3":
			return V03, nil
		case "0.4":
			return V04, nil
		}
	case "weft", "weft/connect", weftLink:
		if number == "0.1" {
			return V04, nil
		}
	}
	return 0, fmt.Errorf(`unknown version %q: expected "v0.1", "v0.2", "v0.3" or "v0.4", or "weft/v0.1"`, text)
}
