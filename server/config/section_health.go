package config

// Health says where health checks are answered.
type Health struct {
	// Off leaves them without an answer.
	Off bool
	// Path is the path below which they are; empty means the default.
	Path string
}

func health() form[draft] {
	return object[draft]{keys: append([]key[draft]{
		{
			name: "enabled", form: switchedOff(func(c *Config) *bool { return &c.Health.Off }), standard: "true", example: "false",
			doc: "whether health checks are answered",
		},
		{
			name: "path", form: at(config, at(func(c *Config) *string { return &c.Health.Path }, text{
				wanted: `a path such as "/health"`, all: []string{"^/[^{}*: ]*[^{}*: /]$"}, none: []string{"^/playground/"},
			})),
			standard: "/health", example: "/status",
			doc: "their path: below it are `live` and `ready`, and it tells of the one that its query `?live` or `?ready` names",
		},
	}, lack[draft]("listen")...)}
}
