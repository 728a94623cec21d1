package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// serverArgument makes this program the server.
const serverArgument = "-serve"

// startServer runs the server in a process of its own until stop is called, and returns its HOST:PORT.
func startServer(ctx context.Context) (address string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	cmd := exec.CommandContext(ctx, self, serverArgument) //nolint:gosec // this program itself
	// It ends when its input does, so that it cannot outlive us.
	in, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = in.Close()
		_ = cmd.Wait()
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("start the server: %w", err)
	}
	return strings.TrimSpace(line), stop, nil
}

// serve is the server: it answers /SIZE with so many bytes, and /SIZE?chunked with the same in chunks.
func serve() error {
	var listener net.ListenConfig
	l, err := listener.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(os.Stdout, l.Addr()); err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = l.Close()
	}()
	server := &http.Server{Handler: http.HandlerFunc(answer)} //nolint:gosec // for us alone
	if err := server.Serve(l); !strings.Contains(err.Error(), "closed") {
		return err
	}
	return nil
}

func answer(w http.ResponseWriter, r *http.Request) {
	size, err := strconv.Atoi(r.URL.Path[1:])
	if err != nil {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("Cache-Control", "max-age=60")
	header.Set("Etag", `W/"4d5-0aF"`)
	header.Set("X-Request-Id", "3f2b9c")
	text := strings.Repeat("x", size)
	if r.URL.RawQuery == "" {
		header.Set("Content-Length", strconv.Itoa(size))
		_, _ = io.WriteString(w, text)
		return
	}
	const piece = 8000
	for text != "" {
		n := min(len(text), piece)
		_, _ = io.WriteString(w, text[:n])
		_ = http.NewResponseController(w).Flush()
		text = text[n:]
	}
}
