// Package shop is the graph that Weft demonstrates itself with, and the real
// services behind it.
//
// The package holds three things:
//
//   - the graph: the SDL documents below schema/, see [Schema], and prepared
//     operations that are worth running, see [Queries];
//   - the REST service that the graph reads from, described by openapi.yaml:
//     [New] builds it as an [http.Handler], [Start] runs it on a free local port;
//   - a back door for tests and for the curious: every call is logged
//     ([Service.Calls]), and latency and faults can be switched on while it
//     runs ([Service.SetLatency], [Service.SetFault], or the control door
//     below /__shop/).
//
// The data is the same in every process: 50 users, 100 products, 300 orders and
// 500 reviews, computed without a clock and without randomness. Reviews can be
// added; nothing is stored beyond the life of the [Service].
package shop
