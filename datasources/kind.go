package datasources

// String returns the kind as messages name it, such as "HTTP".
func (k Kind) String() string {
	switch k {
	case Virtual:
		return "virtual"
	case HTTP:
		return "HTTP"
	case GRPC:
		return "gRPC"
	case SOAP:
		return "SOAP"
	case Go:
		return "Go"
	default:
		return "unknown"
	}
}
