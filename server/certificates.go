package server

import (
	"context"
	"crypto/tls"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/weftgraph/weft/server/config"
)

const (
	// certificatePeriod is how often the files of a certificate are looked at. To read three small files costs less than to be told of
	// changes, and it finds those of links, too, by which orchestrators exchange whole folders.
	certificatePeriod = 5 * time.Second
	// expiryNotice is how long before its end a certificate is warned of, and expiryPeriod how often.
	expiryNotice = 14 * 24 * time.Hour
	expiryPeriod = 24 * time.Hour
)

// certificates has the certificate of a listener, and exchanges it when its files change.
type certificates struct {
	settings config.ServerTLS
	log      *zap.Logger
	current  atomic.Pointer[tls.Certificate]
	// seen are the texts that were looked at last, the current ones or broken ones that are complained of.
	seen pemTexts
	// isPending tells that seen is broken, and that nobody was told yet: files are not exchanged all at once.
	isPending bool
	// noticed is when the end of the certificate was last told of.
	noticed time.Time
}

// pemTexts are what a certificate is read from.
type pemTexts struct{ certificate, chain, key string }

func newCertificates(settings config.ServerTLS, log *zap.Logger) (*certificates, error) {
	c := &certificates{settings: settings, log: log}
	c.seen = pemTexts{settings.Certificate.Text, settings.Chain.Text, settings.Key.Text}
	first, err := config.ParseServerCertificate(c.seen.certificate, c.seen.chain, c.seen.key)
	if err != nil {
		return nil, err
	}
	c.current.Store(first)
	c.notice(time.Now())
	return c, nil
}

// config returns what connections are encrypted with.
func (c *certificates) config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current.Load(), nil },
	}
}

// watch looks at the files from time to time, until ctx is over.
func (c *certificates) watch(ctx context.Context, period time.Duration) {
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			c.look()
			c.notice(now)
		}
	}
}

// look takes what the files have if it is new and sound. What is broken twice in a row is told of, once.
func (c *certificates) look() {
	texts, err := c.read()
	switch {
	case err == nil && texts == c.seen && !c.isPending:
		return
	case err == nil:
		var fresh *tls.Certificate
		if fresh, err = config.ParseServerCertificate(texts.certificate, texts.chain, texts.key); err == nil {
			c.seen, c.isPending, c.noticed = texts, false, time.Time{}
			c.current.Store(fresh)
			c.log.Info("the listener has a new certificate", zap.Time("expires", fresh.Leaf.NotAfter))
			return
		}
	}
	switch {
	case texts != c.seen:
		c.seen, c.isPending = texts, true
	case c.isPending:
		c.isPending = false
		c.log.Warn("the listener keeps its certificate, the new one cannot be used", zap.Error(err))
	}
}

// read reads the files. What does not come from a file stays as it is.
func (c *certificates) read() (pemTexts, error) {
	var texts pemTexts
	for _, part := range []struct {
		from config.PEM
		into *string
	}{
		{c.settings.Certificate, &texts.certificate},
		{c.settings.Chain, &texts.chain},
		{c.settings.Key, &texts.key},
	} {
		*part.into = part.from.Text
		if part.from.File == "" {
			continue
		}
		content, err := os.ReadFile(part.from.File)
		if err != nil {
			return pemTexts{}, err
		}
		*part.into = strings.TrimRight(string(content), "\r\n") // as the configuration has it, so that the same text is no news
	}
	return texts, nil
}

// notice tells of a certificate that ends soon.
func (c *certificates) notice(now time.Time) {
	left := c.current.Load().Leaf.NotAfter.Sub(now)
	if left > expiryNotice || now.Sub(c.noticed) < expiryPeriod {
		return
	}
	c.noticed = now
	if left <= 0 {
		c.log.Error("the listener's certificate has expired", zap.Time("expired", now.Add(left)))
		return
	}
	c.log.Warn("the listener's certificate expires soon", zap.Time("expires", now.Add(left)))
}
