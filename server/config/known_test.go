package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKnownOperationsAreConfiguredAsInThePublicRouter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, tt := range []struct {
		name, text string
		apq        APQ
		persisted  PersistedQueries
		mistakes   string
	}{
		{"nothing", ``, APQ{}, PersistedQueries{}, ""},
		{
			"APQ", `apq: { enabled: true, router: { cache: { in_memory: { limit: 100, max_bytes: 1000 } } } }`,
			APQ{Limit: 100, MaxBytes: 1000},
			PersistedQueries{},
			"",
		},
		{
			"prefer", `persisted_queries: { enabled: true, log_unknown: true, local_manifests: [a.json, /b.json] }`,
			APQ{},
			PersistedQueries{Enabled: true, LogUnknown: true, Manifests: []string{filepath.Join(dir, "a.json"), "/b.json"}},
			"",
		},
		{
			"only", `{ apq: { enabled: false }, persisted_queries: { enabled: true, local_manifests: [./m], safelist: { enabled: true, require_id: true } } }`,
			APQ{Off: true},
			PersistedQueries{Enabled: true, Only: true, ByID: true, Manifests: []string{filepath.Join(dir, "m")}},
			"",
		},
		{
			"off, and the rest is there", `persisted_queries: { enabled: false, safelist: { enabled: true } }`,
			APQ{},
			PersistedQueries{Only: true},
			"warning[WEFT_CONFIG]: persisted_queries.safelist has no effect without persisted_queries.enabled: true: every document runs",
		},
		{
			"nothing to trust", `persisted_queries: { enabled: true }`,
			APQ{},
			PersistedQueries{},
			"error[WEFT_CONFIG]: persisted_queries.enabled needs persisted_queries.local_manifests, the files that have the documents",
		},
		{
			"only, and APQ", `persisted_queries: { enabled: true, local_manifests: [m], safelist: { enabled: true } }`,
			APQ{},
			PersistedQueries{},
			"error[WEFT_CONFIG]: persisted_queries.safelist.enabled needs apq.enabled: false, or clients could register what they like",
		},
		{
			"by id, and texts", `{ apq: { enabled: false }, persisted_queries: { enabled: true, local_manifests: [m], safelist: { require_id: true } } }`,
			APQ{},
			PersistedQueries{},
			"error[WEFT_CONFIG]: persisted_queries.safelist.require_id needs persisted_queries.safelist.enabled: true",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(dir, strings.ReplaceAll(tt.name, " ", "_")+".yaml")
			if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			loaded, diags := Load(file, noVariables)
			c := loaded.Config
			if got := strings.ReplaceAll(diags.Error(), file+": ", ""); got != tt.mistakes {
				t.Errorf("the mistakes are %s", got)
			}
			if c == nil {
				if !strings.HasPrefix(tt.mistakes, "error") {
					t.Error("there is no configuration")
				}
				return
			}
			if diff := cmp.Diff(tt.apq, c.APQ) + cmp.Diff(tt.persisted, c.PersistedQueries); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEnforcingWithoutAMaximumIsWarnedOf(t *testing.T) {
	t.Parallel()
	for text, isWarned := range map[string]bool{
		"{ enabled: true, mode: enforce }":                                                true,
		"{ enabled: true, mode: enforce, strategy: { static_estimated: { max: 1000 } } }": false,
		"{ enabled: true, mode: measure }":                                                false,
		"{ enabled: false, mode: enforce }":                                               false,
	} {
		file := filepath.Join(t.TempDir(), "weft.yaml")
		if err := os.WriteFile(file, []byte("demand_control: "+text), 0o600); err != nil {
			t.Fatal(err)
		}
		loaded, diags := Load(file, noVariables)
		if loaded.Config == nil || (len(diags) == 1 && strings.Contains(diags[0].Message, "static_estimated.max")) != isWarned {
			t.Errorf("%s: %v, want a warning: %t", text, diags, isWarned)
		}
	}
}
