package peer

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

func newClient() *http.Client {
	const patience, idle = 30 * time.Second, 64
	return &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: idle}}
}

// Ask posts a request and returns the response, which has the status 200. It is safe
// for concurrent use.
func (i *Instance) Ask(ctx context.Context, body string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, i.URL, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := i.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %.300s", resp.Status, text)
	}
	return text, nil
}

// Warm loads the peer for its moment and returns how many requests it answered each
// second.
func (i *Instance) Warm(ctx context.Context, bodies []string, connections int) float64 {
	const most = 16 // more would measure the client
	connections = min(connections, most)
	d := time.Duration(i.Peer.WarmSeconds * float64(time.Second))
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	counts := make(chan int)
	for first := range connections {
		go func() {
			answered := 0
			for n := first; ctx.Err() == nil; n += connections {
				if _, err := i.Ask(ctx, bodies[n%len(bodies)]); err == nil {
					answered++
				}
			}
			counts <- answered
		}()
	}
	sum := 0
	for range connections {
		sum += <-counts
	}
	i.client.CloseIdleConnections()
	return float64(sum) / d.Seconds()
}
