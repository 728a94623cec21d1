package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
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
	// forClients is what connections are made with where clients are asked for certificates; nil where they are not.
	forClients atomic.Pointer[tls.Config]
	// authorities are those that vouch for these certificates now.
	authorities atomic.Pointer[authorities]
	// seen are the texts that were looked at last, the current ones or broken ones that are complained of.
	seen pemTexts
	// taken are the texts of what holds now.
	taken pemTexts
	// isPending tells that seen is broken, and that nobody was told yet: files are not exchanged all at once.
	isPending bool
	// noticed is when the end of the certificate was last told of.
	noticed time.Time
}

// pemTexts are what a certificate is read from.
type pemTexts struct{ certificate, chain, key, clients string }

func newCertificates(settings config.ServerTLS, log *zap.Logger) (*certificates, error) {
	c := &certificates{settings: settings, log: log}
	c.seen = pemTexts{certificate: settings.Certificate.Text, chain: settings.Chain.Text, key: settings.Key.Text}
	if settings.Clients != nil {
		c.seen.clients = settings.Clients.Authorities.Text
	}
	if err := c.take(c.seen); err != nil {
		return nil, err
	}
	c.taken = c.seen
	c.notice(time.Now())
	return c, nil
}

// config returns what connections are encrypted with.
func (c *certificates) config() *tls.Config {
	base := c.base()
	if c.settings.Clients != nil {
		base.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return c.forClients.Load(), nil }
	}
	return base
}

func (c *certificates) base() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current.Load(), nil },
	}
}

// take has connections that follow be made with what some texts say, if all of them are sound.
func (c *certificates) take(texts pemTexts) error {
	fresh, err := config.ParseServerCertificate(texts.certificate, texts.chain, texts.key)
	if err != nil {
		return err
	}
	if c.settings.Clients != nil {
		authorities, err := newAuthorities(texts.clients)
		if err != nil {
			return fmt.Errorf("client_authentication: %w", err)
		}
		c.authorities.Store(authorities)
		c.forClients.Store(c.asking(authorities.pool))
	}
	c.current.Store(fresh)
	return nil
}

// asking is what connections are made with that clients have to show certificates for.
func (c *certificates) asking(clients *x509.CertPool) *tls.Config {
	settings := c.base()
	settings.ClientCAs, settings.ClientAuth = clients, tls.RequireAndVerifyClientCert
	if c.settings.Clients.Optional {
		settings.ClientAuth = tls.VerifyClientCertIfGiven
	}
	settings.NextProtos = []string{"h2", "http/1.1"} // the server sets those of the first configuration alone
	// Whoever comes back shows the certificate again: it may have expired since, or its authority may have been taken away.
	settings.SessionTicketsDisabled = true
	return settings
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
		if err = c.take(texts); err == nil {
			c.tell(texts)
			c.seen, c.taken, c.isPending, c.noticed = texts, texts, false, time.Time{}
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

// tell tells what is new.
func (c *certificates) tell(texts pemTexts) {
	if texts.clients != c.taken.clients {
		c.log.Info("the listener has new authorities of client certificates")
	}
	if texts.clients = c.taken.clients; texts != c.taken {
		c.log.Info("the listener has a new certificate", zap.Time("expires", c.current.Load().Leaf.NotAfter))
	}
}

// read reads the files. What does not come from a file stays as it is.
func (c *certificates) read() (pemTexts, error) {
	type part struct {
		from config.PEM
		into *string
	}
	var texts pemTexts
	parts := []part{{c.settings.Certificate, &texts.certificate}, {c.settings.Chain, &texts.chain}, {c.settings.Key, &texts.key}}
	if c.settings.Clients != nil {
		parts = append(parts, part{c.settings.Clients.Authorities, &texts.clients})
	}
	for _, part := range parts {
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
