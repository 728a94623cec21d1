// Package upstream is what stands behind the gateways while they are measured: a mock
// of a REST service that costs as little as it can, so that the gateway in front of it
// is what is measured, and the real services of the example shop.
//
// How the files go together:
//
//	text, rows            the mock's data: rows as ready JSON
//	users, posts, items   what the rows are made of
//	mock, filter          the REST service over them
//	shop                  the shop's back ends, counted like the mock
//	meter                 counts the calls of all, and delays them
//	control, client       the door that the harness uses, and its key
//	start                 listeners and addresses
//
// The mock's data has the shapes and sizes of JSONPlaceholder, which the field's public
// benchmark uses, and is the same in every process.
package upstream
