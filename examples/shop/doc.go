// Package shop is the graph that Weft demonstrates itself with, and the real
// services behind it.
//
// The package holds three things:
//
//   - the graph: the SDL documents below schema/ with the contracts of the back
//     ends, see [Schema], and prepared operations that are worth running, see
//     [Queries];
//   - the back ends that the graph calls, over one set of data: a REST service
//     described by openapi.yaml, a gRPC service described by schema/shop.proto and
//     a SOAP service described by schema/billing.wsdl. [New] makes them as handlers
//     and servers, [Start] runs them on free local ports;
//   - a back door for tests and for the curious: every call is logged
//     ([Service.Calls]), latency and faults can be switched on while it runs
//     ([Service.SetLatency], [Service.SetFault]), and a back end can be stopped
//     ([Service.Stop]); or all that from outside, through the control door below
//     /__shop/ of the REST service.
//
// How the files go together:
//
//	model, people, catalogue, data      the data set
//	store, stock, invoices, shipments   what the back ends share
//	rest, search, place, reply, filter  the REST service
//	events                              its stream of reviews
//	journey                             how parcels move while they are watched
//	grpc, grpc_stream, grpc_wire        the gRPC server: interceptors, codec, connections
//	shipping, inventory                 its services
//	soap, soap_*                        the SOAP server: envelopes in and out
//	billing                             its operations
//	handle, calls, faults, damage*      what happens to every call
//	control                             the door
//	service, sockets, start             starting, stopping, addresses
//
// The data is the same in every process: 50 users, 100 products, 300 orders and
// 500 reviews, computed without a clock and without randomness. Reviews can be
// added, stock reserved, invoices paid and parcels watched; nothing is stored beyond the life of the
// [Service].
package shop
