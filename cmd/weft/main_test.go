package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"weft": func() { os.Exit(run()) },
		// weft-to FILE ARGS... is weft with its output in a file, where it can be read while the command runs.
		"weft-to": func() {
			out, err := os.Create(os.Args[1])
			if err != nil {
				os.Exit(exitUsage)
			}
			os.Stdout, os.Args = out, os.Args[1:] //nolint:reassign // this process runs nothing else
			os.Exit(run())
		},
	})
}

// TestCommands runs the scripts of testdata, one for each behaviour of the command line.
func TestCommands(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: os.Getenv("WEFT_UPDATE") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ask":      ask,
			"sign-in":  signIn,
			"await":    await,
			"backends": backends,
			"inquire":  inquire,
		},
	})
}
