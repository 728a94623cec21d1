package httpcall

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/graph/value"
)

// CannotBuild is the error of a request that cannot be built. Its message is the text of err, which clients see.
func CannotBuild(err error) *datasources.Error {
	return &datasources.Error{Code: datasources.CodeFetch, Message: err.Error()}
}

// noReply is the error of a request that was not answered. Its message names the kind of trouble and never the
// address, which the text of err has.
func noReply(ctx context.Context, err error) *datasources.Error {
	var timeout net.Error
	switch {
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		return datasources.ContextError(ctx, err)
	default:
		return &datasources.Error{
			Code:    datasources.CodeHTTPClient,
			Message: "Connector error: " + trouble(err),
			Cause:   err,
		}
	}
}

// badReply is the error of a reply that came, with this status, but cannot be read to its end.
func badReply(ctx context.Context, err error, status int) *datasources.Error {
	switch {
	case errors.Is(err, errTooLarge):
		return invalid("The server returned more data than the limit allows.", status, err)
	case errors.Is(err, errCompressed):
		return InvalidReply(status, err)
	default:
		return noReply(ctx, err)
	}
}

// InvalidReply is the error of a reply that makes no sense, whatever its status: its body is not what its content type says
// (Connectors specification 4.1).
func InvalidReply(status int, cause error) *datasources.Error {
	return invalid("The server returned data in an unexpected format.", status, cause)
}

func invalid(message string, status int, cause error) *datasources.Error {
	return &datasources.Error{
		Code:       datasources.CodeResponseInvalid,
		Message:    message,
		Extensions: value.Object(StatusExtensions(status)),
		Cause:      cause,
	}
}

// StatusExtensions are the extensions that every error has whose reply came.
func StatusExtensions(status int) []value.Field {
	code := value.Object([]value.Field{{Name: "status", Value: value.Int(int64(status))}})
	return []value.Field{{Name: "http", Value: code}}
}

// trouble says in plain words what went wrong on the wire.
func trouble(err error) string {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		hostname    x509.HostnameError
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
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return "connection closed before the end of the reply"
	default:
		return "no valid HTTP reply"
	}
}
