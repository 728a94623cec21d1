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

func TestANewCertificateOfTheListenerIsTheSameConfiguration(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	load := func() *Config {
		t.Helper()
		loaded, diags := Load(filepath.Join(dir, "weft.yaml"), os.LookupEnv)
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		return loaded.Config
	}
	write("weft.yaml", `tls:
  supergraph: { certificate: "${file.server.pem}", key: "${file.server.key}" }
  connector: { all: { certificate_authorities: "${file.ca.pem}" } }`)
	renew := func(certificate, key string) {
		chain, private := certificatePair(t)
		write(certificate, chain)
		if key != "" {
			write(key, private)
		}
	}
	renew("ca.pem", "")
	renew("server.pem", "server.key")
	first := load()
	renew("server.pem", "server.key")
	second := load()
	if second.TLS.Certificate.Text == first.TLS.Certificate.Text {
		t.Fatal("the certificate is the old one")
	}
	if second.Digest != first.Digest {
		t.Error("a new certificate of the listener is a change")
	}
	renew("ca.pem", "")
	if load().Digest == first.Digest {
		t.Error("new authorities of the sources are no change")
	}
}
