package main

import (
	"io"
	"os"

	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// isTerminal reports whether w is a terminal that wants colours.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// addLog lets a command say how much is logged.
func addLog(cmd *cobra.Command, level *zapcore.Level) {
	*level = zap.InfoLevel
	cmd.Flags().TextVar(level, "log", zap.InfoLevel,
		"log what is of this `LEVEL` and above: debug, info, warn or error; debug tells why credentials are refused")
}

// newLog returns a log for w: lines for people on a terminal, JSON elsewhere.
func newLog(w io.Writer, level zapcore.Level) *zap.Logger {
	encoding := zap.NewProductionEncoderConfig()
	encoding.EncodeTime = zapcore.RFC3339NanoTimeEncoder
	encoder := zapcore.NewJSONEncoder(encoding)
	if isTerminal(w) {
		encoding = zap.NewDevelopmentEncoderConfig()
		encoding.EncodeLevel = zapcore.CapitalColorLevelEncoder
		encoder = zapcore.NewConsoleEncoder(encoding)
	}
	return zap.New(zapcore.NewCore(encoder, zapcore.Lock(zapcore.AddSync(w)), level))
}
