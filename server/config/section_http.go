package config

// StatusProfile says which HTTP statuses the answers to GraphQL requests have. See docs/http.md.
type StatusProfile uint8

// The profiles. In both of them application/json has status 200 for whatever a document or its execution gives.
const (
	// Classic has status 200 for what was executed, and 400 for what was not.
	Classic StatusProfile = iota
	// Draft follows the drafts of GraphQL over HTTP: 294 for data with errors, 422 for documents that can be read but not executed.
	Draft
)

func statusProfile() key[draft] {
	return key[draft]{
		name: "status_profile",
		form: at(config, at(func(c *Config) *StatusProfile { return &c.StatusProfile }, choice[StatusProfile]{
			{name: "classic", value: Classic}, {name: "draft", value: Draft},
		})),
		standard: "classic", example: "draft",
		doc: "which [statuses](http.md#statuses) answers in `application/graphql-response+json` have. Weft's own",
	}
}

func compressionSection() key[draft] {
	return key[draft]{name: "compression", doc: "How answers are compressed. Weft's own.", form: object[draft]{keys: []key[draft]{{
		name: "enabled", form: switchedOff(func(c *Config) *bool { return &c.Uncompressed }), standard: "true", example: "false",
		doc: "whether answers of 1 KiB and more are [compressed](http.md#compression) for clients that accept it",
	}}}}
}
