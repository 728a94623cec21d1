package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/weftgraph/weft/server/config"
)

func TestSettingsOfTheEndpointAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]config.Config{
		"supergraph: { status_profile: draft, compression: { enabled: false } }":  {StatusProfile: config.Draft, Uncompressed: true},
		"supergraph: { status_profile: classic, compression: { enabled: true } }": {},
		"batching: { enabled: true, mode: batch_http_link, maximum_size: 7 }":     {Batching: config.Batching{Enabled: true, MaximumSize: 7}},
		"preview_file_uploads: { enabled: false }":                                {Uploads: config.Uploads{Off: true}},
		"preview_file_uploads: { protocols: { multipart: { enabled: false } } }":  {Uploads: config.Uploads{Off: true}},
		"preview_file_uploads: { enabled: true, protocols: { multipart: { enabled: true, mode: stream, limits: { max_files: 3, max_file_size: 512kb } } } }": {
			Uploads: config.Uploads{MaxFiles: 3, MaxFileBytes: 512_000},
		},
	} {
		got, diags := config.Read("weft.yaml", text, environment)
		if len(diags) > 0 {
			t.Errorf("%s: %v", text, diags)
			continue
		}
		if diff := cmp.Diff(&want, got, sameConfig, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s\n%s", text, diff)
		}
	}
}

func TestSizesAreRead(t *testing.T) {
	t.Parallel()
	read := func(size string) int64 {
		got, diags := config.Read("weft.yaml", "preview_file_uploads: { protocols: { multipart: { limits: { max_file_size: "+size+" } } } }", environment)
		if diags.HasErrors() {
			return -1
		}
		return got.Uploads.MaxFileBytes
	}
	for size, want := range map[string]int64{
		"7b": 7, "10kb": 10_000, "10 kib": 10_240, "1mb": 1_000_000, "1MiB": 1 << 20, "2gb": 2_000_000_000, "1 GiB": 1 << 30,
		"10": -1, "1tb": -1, "kb": -1, "-1kb": -1, "1.5mb": -1, "0kb": -1, "1ib": -1, "'1 k b'": -1,
	} {
		if got := read(size); got != want {
			t.Errorf("%s is %d, want %d", size, got, want)
		}
	}
}
