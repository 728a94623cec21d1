package main

import (
	"io"
	"os"

	"go.uber.org/zap"
	"go.uber.org/zap/zapgrpc"
	"google.golang.org/grpc/grpclog"
)

// logGRPC sends what the gRPC library tells on its own account to a log for w: that a server has sent a connection away, for example. It is
// called before the library is used. Only errors are told: below them the library tells of every attempt to connect, and the calls that fail
// by it say so themselves. Whoever asks the library for more, by the variable that its documentation names, gets it from the library.
func logGRPC(w io.Writer) {
	if os.Getenv("GRPC_GO_LOG_SEVERITY_LEVEL") != "" {
		return
	}
	grpclog.SetLoggerV2(zapgrpc.NewLogger(newLog(w, zap.ErrorLevel).Named("grpc")))
}
