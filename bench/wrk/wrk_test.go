package wrk

import (
	"strings"
	"testing"
	"time"
)

func TestResultIsFoundInTheOutput(t *testing.T) {
	t.Parallel()
	const out = "Running 1s test @ http://127.0.0.1:4000/graphql\n  1 threads and 16 connections\nRequests/sec:  95.99\nRESULT 4321 1000250 350 1234 7\n"
	got, err := parse(out)
	want := Result{
		Requests: 4321, Duration: 1000250 * time.Microsecond,
		P50: 350 * time.Microsecond, P99: 1234 * time.Microsecond, Errors: 7,
	}
	if err != nil || got != want {
		t.Errorf("want %+v, got %+v and the error %v", want, got, err)
	}
}

func TestOutputWithoutResultIsAnError(t *testing.T) {
	t.Parallel()
	for _, out := range []string{"", "unable to connect to 127.0.0.1:1 Connection refused", "RESULT 1 2 3\n"} {
		if got, err := parse(out); err == nil {
			t.Errorf("%q was read as %+v", out, got)
		}
	}
}

func TestScriptSendsEveryBody(t *testing.T) {
	t.Parallel()
	one := script("/graphql", []string{`{"query":"{a[[b]]}"}`})
	if !strings.Contains(one, `wrk.body = [=[{"query":"{a[[b]]}"}]=]`) || strings.Contains(one, "function request") {
		t.Errorf("unexpected script for one body:\n%s", one)
	}
	two := script("/graphql", []string{"first", "second"})
	for _, want := range []string{
		"made[0] = wrk.format('POST', [[/graphql]], nil, [[first]])", "made[1] = wrk.format('POST', [[/graphql]], nil, [[second]])", "i = (i + 1) % 2",
	} {
		if !strings.Contains(two, want) {
			t.Errorf("%q is not in the script for two bodies:\n%s", want, two)
		}
	}
}
