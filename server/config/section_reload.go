package config

import "time"

// reload says how changes of files take over.
func reload() form[draft] {
	return object[draft]{keys: []key[draft]{
		{
			name: "enabled", form: switchedOff(func(c *Config) *bool { return &c.Reload.Off }), standard: "true", example: "false",
			doc: "whether `weft serve` looks for changes of its files; SIGHUP makes it look in any case",
		},
		{
			name: "interval", form: at(config, at(func(c *Config) *time.Duration { return &c.Reload.Interval }, duration())),
			standard: "1s", example: "10s", doc: "the time between two looks",
		},
		{
			name: "drain", form: at(config, at(func(c *Config) *time.Duration { return &c.Reload.Drain }, duration())),
			standard: "60s", example: "5m",
			doc: "how long streams go on with what has been replaced; then they end in a way that makes clients ask again",
		},
	}}
}
