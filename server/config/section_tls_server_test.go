package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestServerCertificatesAreKnownByTheirFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	chain, key := certificatePair(t)
	for name, content := range map[string]string{"server.pem": chain, "server.key": key} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := func(name string) (string, bool) {
		v, ok := map[string]string{"CHAIN": chain, "KEY": key}[name]
		return v, ok
	}
	file := filepath.Join(dir, "weft.yaml")
	c, diags := Read(file, "tls: { supergraph: { certificate: '${file.server.pem}', certificate_chain: '${env.CHAIN}', key: '${file.server.key}' } }", env)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	got := c.TLS
	if got.Certificate.File != filepath.Join(dir, "server.pem") || got.Chain.File != "" || got.Key.File != filepath.Join(dir, "server.key") {
		t.Errorf("files %q, %q, %q", got.Certificate.File, got.Chain.File, got.Key.File)
	}
	pair, err := ParseServerCertificate(got.Certificate.Text, got.Chain.Text, got.Key.Text)
	if err != nil || len(pair.Certificate) != 1 {
		t.Errorf("%v, %d certificates", err, len(pair.Certificate))
	}
	other, _ := certificatePair(t)
	if _, err := ParseServerCertificate(other, chain, key); err == nil {
		t.Error("a key of another certificate is taken")
	}
	_, diags = Read(file, "tls: { supergraph: { certificate: '${env.KEY}${env.CHAIN}', key: '${env.CHAIN}' } }", env)
	if text := diags.Error(); !diags.HasErrors() || strings.Contains(text, key[30:60]) || strings.Contains(text, chain[30:60]) {
		t.Error(text)
	}
}
