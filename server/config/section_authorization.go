package config

import (
	"github.com/weftgraph/weft/graph"
)

// authorizationDirectives says what is done about fields that a caller may not read.
func authorizationDirectives() key[draft] {
	return key[draft]{
		name: "directives", doc: "What the directives `@authenticated`, `@requiresScopes` and `@policy` do.",
		form: at(config, at(func(c *Config) *graph.Authorization { return &c.Authorization }, object[graph.Authorization]{keys: []key[graph.Authorization]{
			{
				name: "enabled", form: at(func(a *graph.Authorization) *bool { return &a.Off }, opposite()), standard: "true", example: "false",
				doc: "whether they have an effect. Without it everybody may read everything",
			},
			{
				name: "reject_unauthorized", form: at(func(a *graph.Authorization) *bool { return &a.RejectUnauthorized }, flag{}),
				standard: "false", example: "true",
				doc: "whether an operation with a field that the caller may not read is refused as a whole; otherwise the field is null",
			},
			{
				name: "dry_run", form: at(func(a *graph.Authorization) *bool { return &a.DryRun }, flag{}), standard: "false", example: "true",
				doc: "whether everything is answered, and log and answer only tell what would be denied",
			},
			{name: "errors", doc: "Where it is told what a caller may not read.", form: object[graph.Authorization]{keys: []key[graph.Authorization]{
				{
					name: "log", form: at(func(a *graph.Authorization) *bool { return &a.NoLog }, opposite()), standard: "true", example: "false",
					doc: "whether the log has a line for each operation of which something is denied, 60 a minute at most",
				},
				{
					name: "response", form: at(func(a *graph.Authorization) *graph.DeniedResponse { return &a.Response }, deniedResponse()),
					standard: "errors", example: "extensions",
					doc: "`errors`; `extensions`: the list is `extensions.authorizationErrors`; `disabled`: answers do not tell",
				},
			}}},
		}})),
	}
}

func deniedResponse() form[graph.DeniedResponse] {
	return choice[graph.DeniedResponse]{
		{name: "errors", value: graph.DeniedInErrors},
		{name: "extensions", value: graph.DeniedInExtensions},
		{name: "disabled", value: graph.DeniedNowhere},
	}
}
