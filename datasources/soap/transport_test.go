package soap

import (
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/mapping"
)

// The server demands a certificate, and its own is none of the system's.
func TestCallsGoOverTheTransportOfTheSettings(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		packed, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		body, err := io.ReadAll(packed)
		if err != nil || !strings.Contains(string(body), "Envelope") || len(r.TLS.PeerCertificates) != 1 {
			t.Errorf("got %q with %d certificates, %v", body, len(r.TLS.PeerCertificates), err)
		}
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, wrap(`<GetInvoiceResponse xmlns="urn:shop:billing"/>`))
	}))
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequireAnyClientCert}
	s.StartTLS()
	t.Cleanup(s.Close)
	own := s.TLS.Certificates[0]
	encoded, err := x509.MarshalPKCS8PrivateKey(own.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	chain := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Certificate[0]}))
	authorities, err := datasources.ParseAuthorities(chain)
	if err != nil {
		t.Fatal(err)
	}
	client, err := datasources.ParseClientCertificate(chain, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})))
	if err != nil {
		t.Fatal(err)
	}
	f := setup{
		wsdl: "billing/billing.wsdl", address: s.URL, operation: "GetInvoice", message: `orderId: $("1")`,
		change: func(settings *datasources.Settings, _ *datasources.Connector) {
			settings.Transport = datasources.Transport{
				TLS: datasources.TLS{Authorities: authorities, Client: client}, Compression: datasources.Gzip,
			}
		},
	}.fetcher(t, anyShape())
	r, err := f.Request(&mapping.Env{})
	if err != nil {
		t.Fatal(err)
	}
	if reply, err := f.Do(t.Context(), r); err != nil || reply.Status != http.StatusOK {
		t.Errorf("got %v, %v", reply, err)
	}
}
