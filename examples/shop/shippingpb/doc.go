// Package shippingpb is what protoc-gen-go and protoc-gen-go-grpc make of
// schema/shop.proto: the messages of the demo's gRPC services, their clients and
// the interfaces of their servers.
package shippingpb

//go:generate go run generate.go ../schema shop.proto
