// Package account is the account page of the example shop, written by hand: what a good
// engineer would write as an endpoint for exactly this page. It makes the fewest calls
// that the back ends allow, batched and side by side, with net/http, generated stubs,
// encoding/json and encoding/xml. There is no GraphQL in it.
//
//	page                       what is answered
//	assemble                   the calls and their order, and how replies are joined
//	rest, shipping, billing    one back end each
package account
