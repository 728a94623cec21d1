package interop_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expectations of the cases")

// programs is the folder with what TestMain has built.
var programs string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	folder, err := os.MkdirTemp("", "weft-interop")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	programs = folder
	for _, b := range [][2]string{
		// Weft is built in its own module, with the versions that it has there.
		{"../..", "./cmd/weft"},
		{".", "github.com/fullstorydev/grpcurl/internal/testing/cmd/bankdemo"},
		{".", "github.com/fullstorydev/grpcurl/internal/testing/cmd/testserver"},
	} {
		if err := build(b[0], b[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

func build(module, program string) error {
	cmd := exec.Command("go", "build", "-o", programs+string(filepath.Separator), program)
	cmd.Dir = module
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", program, err, text)
	}
	return nil
}
