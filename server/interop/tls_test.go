package interop_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// secureSchema calls a server by TLS.
const secureSchema = `extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@connect", "@source"])
  @source(name: "test", grpc: { address: "grpcs://{$env.SERVER}" })
type Query {
  empty: Boolean @connect(source: "test", grpc: { method: "testing.TestService/EmptyCall" }, selection: "$(true)")
}
`

const (
	trustOnly = `
tls:
  connector:
    all: { certificate_authorities: "${file.ca.pem}" }
`
	trustAndCertificate = trustOnly + `
    sources:
      schema.test:
        client_authentication: { certificate_chain: "${file.weft.pem}", key: "${file.weft.key}" }
`
)

// authority issues certificates into a folder.
type authority struct {
	folder string
	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
}

// newAuthority makes an authority, whose own certificate is ca.pem.
func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{folder: t.TempDir()}
	a.cert, a.key = a.issue(t, "ca", &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	return a
}

// issue writes NAME.pem and NAME.key.
func (a *authority) issue(t *testing.T, name string, template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber, template.Subject = big.NewInt(time.Now().UnixNano()), pkix.Name{CommonName: name}
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := template, key
	if a.cert != nil {
		parent, signer = a.cert, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	a.write(t, name+".pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	a.write(t, name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
	return cert, key
}

func (a *authority) write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(a.file(name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (a *authority) file(name string) string { return filepath.Join(a.folder, name) }

func TestServerThatDemandsACertificateIsReflectedAndCalledWithIt(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	ca.issue(t, "server", &x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	ca.issue(t, "weft", &x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	_, address := start(t, `Listening on (\S+)`, nil, "testserver", "-q",
		"-cert", ca.file("server.pem"), "-key", ca.file("server.key"), "-cacert", ca.file("ca.pem"), "-requirecert")
	ca.write(t, "schema.graphql", []byte(secureSchema))
	for name, c := range map[string]struct{ schema, settings, want string }{
		"with a certificate": {secureSchema, trustAndCertificate, ""},
		// In TLS 1.3 the server refuses when the client takes the connection for made already: what it says may be lost.
		"without a certificate": {secureSchema, trustOnly, "connection"},
		"without trust":         {secureSchema, "{}", "certificate is not trusted"},
		"without TLS":           {strings.Replace(secureSchema, "grpcs:", "grpc:", 1), "{}", "the server may want TLS"},
	} {
		t.Run(name, func(t *testing.T) {
			stem := strings.ReplaceAll(name, " ", "_")
			ca.write(t, stem+".yaml", []byte(c.settings))
			folder := filepath.Join(ca.folder, stem)
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			ca.write(t, stem+"/schema.graphql", []byte(c.schema))
			weft, endpoint := start(t, `listening on (\S+)`, []string{"SERVER=" + address}, "weft",
				"serve", "--listen", "127.0.0.1:0", "--config", ca.file(stem+".yaml"), ca.file(stem+"/schema.graphql"))
			if c.want == "" {
				if got := ask(t, endpoint, request{Query: "{ empty }"}, nil); !strings.Contains(got, `"empty": true`) {
					t.Error(got)
				}
				return
			}
			if endpoint != "" {
				t.Fatal("it serves")
			}
			<-weft.ended
			if said := weft.said.String(); !strings.Contains(said, "asking the server at ") || !strings.Contains(said, c.want) {
				t.Errorf("it says:\n%s", said)
			}
		})
	}
}
