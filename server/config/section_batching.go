package config

// Batching are the settings of requests with several operations. The zero Batching refuses them.
type Batching struct {
	// Enabled allows them.
	Enabled bool
	// MaximumSize is how many operations one may have; zero means the default.
	MaximumSize int
}

// onlyMode is what a key says that has one value.
type onlyMode struct{}

func batching() form[Batching] {
	return object[Batching]{keys: append([]key[Batching]{
		{
			name: "enabled", form: at(func(b *Batching) *bool { return &b.Enabled }, flag{}), standard: "false", example: "true",
			doc: "whether a body may be a list of [several operations](http.md#batches)",
		},
		{
			name: "mode", form: at(func(*Batching) *onlyMode { return &onlyMode{} }, choice[onlyMode]{{name: "batch_http_link"}}),
			standard: "batch_http_link", example: "batch_http_link", doc: "how they are sent; there is only this one",
		},
		{
			name: "maximum_size", form: at(func(b *Batching) *int { return &b.MaximumSize }, integer[int]{}),
			standard: "10", example: "20", doc: "operations of one request (`batch_size`)",
		},
	}, lack[Batching]("subgraph")...)}
}
