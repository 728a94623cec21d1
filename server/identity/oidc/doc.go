// Package oidc finds out who asks by bearer tokens: signed ones (JWT, RFC 7519 and 9068) by the keys of their issuers, opaque ones by asking
// their issuers (RFC 7662). Issuers are those of OpenID Connect discovery, or have addresses in the settings.
//
//	settings.go      what is configured
//	tokens.go        Tokens, the identifier
//	shown.go         where a request shows its token
//	token.go         the text of a token, before anything in it is believed
//	claims.go        what a signed token has to say
//	issuer.go        one issuer: whether a token is its own, and whose
//	confirmation.go  what a token demands of whoever shows it
//	algorithm.go     the algorithms of signatures, and which keys are for them
//	keyset.go        the keys that an issuer has published
//	keys.go          the keys of an issuer over time: when they are loaded, and who waits for that
//	load.go          discovery and key sets, from the network or a file
//	load_keys.go     one load, and waiting for it
//	tasks.go         what goes on when a request is over
//	endpoint.go      introspection: an issuer that is asked about tokens
//	remembered.go    tokens that were checked before
//	refused.go       what clients are told
//	figures.go       what has become of tokens, and how their issuers are
//	check.go         what is wrong with the settings, and with the issuers
//
// # What is believed of a token
//
// Nothing, before its signature is checked, but the name of its issuer, which says whose keys to use: those that the settings give for
// exactly this name. What else is wrong with a token is told to those alone who show one that the issuer has signed. Keys or addresses in a
// token's header (`jwk`, `jku`, `x5u`, `x5c`) are not looked at. A key is used only with algorithms of its kind, so that no public key is
// ever taken for a secret.
//
// # When keys are loaded
//
// There is no goroutine that waits for the next time. Requests find out that keys are old, and have them loaded: in the background while
// what is there may be used on, otherwise they wait. A load is one for all who wait, and loads of one issuer have a pause between them,
// whatever tokens come. A key that is not there is looked for by a load that begins after the token has come, so that a token with a new
// key is never refused because of the pause: it waits for its end.
package oidc
