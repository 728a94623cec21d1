package upstream

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Client is the harness's side of the door. It is safe for concurrent use.
type Client struct {
	base string
	http *http.Client
}

// NewClient returns a client of the upstream at a base URL, such as
// "http://127.0.0.1:4010".
func NewClient(base string) *Client {
	const patience = 10 * time.Second
	return &Client{base: base, http: &http.Client{Timeout: patience}}
}

// Stats returns what was counted since the last reset.
func (c *Client) Stats(ctx context.Context) (Stats, error) {
	var s Stats
	err := c.GetJSON(ctx, statsPath, &s)
	return s, err
}

// Addresses returns where the upstream's services are.
func (c *Client) Addresses(ctx context.Context) (Addresses, error) {
	var a Addresses
	err := c.GetJSON(ctx, addressesPath, &a)
	return a, err
}

// Reset forgets what was counted.
func (c *Client) Reset(ctx context.Context) error {
	_, err := c.get(ctx, resetPath)
	return err
}

// SetLatency makes every later call wait for d before it is answered.
func (c *Client) SetLatency(ctx context.Context, d time.Duration) error {
	_, err := c.get(ctx, latencyPath+"?"+url.Values{valueKey: {d.String()}}.Encode())
	return err
}

// GetJSON decodes what a path of the mock answers.
func (c *Client) GetJSON(ctx context.Context, target string, into any) error {
	text, err := c.get(ctx, target)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("reading GET %s: %w", target, err)
	}
	return nil
}

func (c *Client) get(ctx context.Context, target string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+target, http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("GET %s: %w", target, err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("GET %s: %s: %.200s", target, resp.Status, text)
	}
	return text, nil
}
