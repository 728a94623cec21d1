package datasources

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"syscall"
)

// Trouble says in plain words why there is no connection to a back end, or none any more. It names no address. It is empty for
// what only the protocol's own package can tell.
func Trouble(err error) string {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		hostname    x509.HostnameError
		invalid     x509.CertificateInvalidError
		record      tls.RecordHeaderError
		alert       tls.AlertError
		told        *net.OpError
	)
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return "host not found"
	case errors.As(err, &dns):
		return "host lookup failed"
	case errors.As(err, &hostname):
		return "certificate is for another host"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "certificate has expired or is not valid yet"
	case errors.As(err, &certificate):
		return "certificate is not trusted"
	case errors.As(err, &record), errors.As(err, &alert), errors.As(err, &told) && told.Op == "remote error":
		return "TLS handshake failed" // also what the other side tells, such as that it wants a certificate
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "host unreachable"
	default:
		return ""
	}
}
