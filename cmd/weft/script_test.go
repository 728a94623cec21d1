package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var (
	listening = regexp.MustCompile(`listening on (\S+)`)
	console   = regexp.MustCompile(`console +(\S+)`)
)

// await waits until a command in the background has printed its address into a file, and sets $ENDPOINT, and $CONSOLE to that of
// the console or to nothing: `await out.txt`.
func await(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: await FILE")
	}
	deadline := time.After(time.Minute)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		content, err := os.ReadFile(ts.MkAbs(args[0]))
		if match := listening.FindSubmatch(content); err == nil && match != nil {
			ts.Setenv("ENDPOINT", string(match[1]))
			ts.Setenv("CONSOLE", "")
			if match := console.FindSubmatch(content); match != nil {
				ts.Setenv("CONSOLE", string(match[1]))
			}
			return
		}
		select {
		case <-deadline:
			ts.Fatalf("nothing listens")
		case <-tick.C:
		}
	}
}

// ask posts a query to $ENDPOINT and compares the answer: `ask '{ __typename }' '{"data":…}'`; with one argument it prints
// it.
func ask(ts *testscript.TestScript, _ bool, args []string) {
	post(ts, ts.Getenv("ENDPOINT"), args)
}

// signIn sets $TOKEN, which ask sends along, to one of somebody at the issuer that a file tells of: `sign-in out.txt wanda`.
func signIn(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: sign-in FILE NAME")
	}
	found := regexp.MustCompile(`issuer +(http\S+)`).FindStringSubmatch(ts.ReadFile(args[0]))
	if found == nil {
		ts.Fatalf("%s names no issuer", args[0])
	}
	resp, err := http.PostForm(found[1]+"/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {args[1]}})
	ts.Check(err)
	defer resp.Body.Close()
	var token struct {
		Text string `json:"access_token"`
	}
	ts.Check(json.NewDecoder(resp.Body).Decode(&token))
	ts.Setenv("TOKEN", token.Text)
}

// inquire is ask of the system schema.
func inquire(ts *testscript.TestScript, _ bool, args []string) {
	post(ts, ts.Getenv("CONSOLE")+"graphql", args)
}

func post(ts *testscript.TestScript, address string, args []string) {
	if len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: ask QUERY [ANSWER]")
	}
	body := `{"query":"` + strings.ReplaceAll(args[0], `"`, `\"`) + `"}`
	req, err := http.NewRequest(http.MethodPost, address, strings.NewReader(body))
	ts.Check(err)
	req.Header.Set("Content-Type", "application/json")
	if token := ts.Getenv("TOKEN"); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	ts.Check(err)
	ts.Logf("%s", answer)
	if len(args) == 2 && string(answer) != args[1] {
		ts.Fatalf("want %s", args[1])
	}
}
