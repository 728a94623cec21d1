package soap

import (
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // the digest of UsernameToken is defined by SHA-1
	"encoding/base64"
	"errors"
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/soap/xmltext"
	"github.com/weftgraph/weft/graph/mapping"
)

// Namespaces and names of WS-Security 1.1 and its UsernameToken profile.
const (
	oasis            = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
	spaceSecurity    = oasis + "wssecurity-secext-1.0.xsd"
	spaceUtility     = oasis + "wssecurity-utility-1.0.xsd"
	passwordText     = oasis + "username-token-profile-1.0#PasswordText"
	passwordDigest   = oasis + "username-token-profile-1.0#PasswordDigest"
	base64Encoding   = oasis + "soap-message-security-1.0#Base64Binary"
	instantPrecision = "2006-01-02T15:04:05.000Z"
)

var errNoUser = errors.New("the user's name in the source's security is empty: $config or $env lacks it")

// nonceSize is the number of random bytes in a nonce.
const nonceSize = 16

// security writes the header block of WS-Security. It is immutable and safe for concurrent use.
type security struct {
	// username and password are escaped; hasUser tells that there is a UsernameToken.
	username, password string
	hasUser            bool
	isDigest           bool
	// secret is the password as it is.
	secret string
	// validity is that of the Timestamp, 0 for none.
	validity time.Duration
}

// newSecurity evaluates the settings, which see only what lives as long as the source; nil when there are none.
func newSecurity(s *datasources.SOAPSecurity, env *mapping.Env) (*security, error) {
	if s == nil {
		return nil, nil //nolint:nilnil // none is what most sources have
	}
	out := &security{hasUser: s.Username != nil, isDigest: s.Digest, validity: s.Timestamp}
	for _, text := range []struct {
		template *mapping.Template
		plain    *string
		escaped  *string
	}{{s.Username, new(string), &out.username}, {s.Password, &out.secret, &out.password}} {
		if text.template == nil {
			continue
		}
		given, err := text.template.Append(nil, env, mapping.Raw)
		if err != nil {
			return nil, err
		}
		escaped, err := xmltext.AppendText(nil, string(given))
		if err != nil {
			return nil, err
		}
		*text.plain, *text.escaped = string(given), string(escaped)
	}
	if out.hasUser && out.username == "" {
		return nil, errNoUser
	}
	return out, nil
}

// append writes the block. It has to be understood: who does not know it must not act.
func (s *security) append(dst []byte, d *dialect, now time.Time) []byte {
	created := now.UTC().Format(instantPrecision)
	dst = append(dst, `<wsse:Security xmlns:wsse="`+spaceSecurity+`" xmlns:wsu="`+spaceUtility+`" soap:mustUnderstand="`+d.yes+`">`...)
	if s.validity > 0 {
		dst = append(dst, `<wsu:Timestamp wsu:Id="timestamp"><wsu:Created>`+created+`</wsu:Created><wsu:Expires>`+
			now.Add(s.validity).UTC().Format(instantPrecision)+`</wsu:Expires></wsu:Timestamp>`...)
	}
	if s.hasUser {
		dst = append(dst, `<wsse:UsernameToken wsu:Id="user"><wsse:Username>`+s.username+`</wsse:Username>`...)
		if s.isDigest {
			dst = s.appendDigest(dst, created)
		} else {
			dst = append(dst, `<wsse:Password Type="`+passwordText+`">`+s.password+`</wsse:Password>`...)
		}
		dst = append(dst, `</wsse:UsernameToken>`...)
	}
	return append(dst, `</wsse:Security>`...)
}

// appendDigest writes the digest of nonce, time and password (UsernameToken Profile 1.1, 3.1).
func (s *security) appendDigest(dst []byte, created string) []byte {
	nonce := make([]byte, nonceSize)
	_, _ = rand.Read(nonce) // it never fails
	digest := sha1.New()    //nolint:gosec // as above
	digest.Write(nonce)
	digest.Write([]byte(created + s.secret))
	dst = append(dst, `<wsse:Password Type="`+passwordDigest+`">`...)
	dst = base64.StdEncoding.AppendEncode(dst, digest.Sum(nil))
	dst = append(dst, `</wsse:Password><wsse:Nonce EncodingType="`+base64Encoding+`">`...)
	dst = base64.StdEncoding.AppendEncode(dst, nonce)
	return append(dst, `</wsse:Nonce><wsu:Created>`+created+`</wsu:Created>`...)
}
