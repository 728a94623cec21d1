package config

import (
	"strconv"

	"github.com/weftgraph/weft/graph/cost"
)

// demandControl is what operations may cost.
func demandControl() form[cost.Control] {
	return object[cost.Control]{keys: []key[cost.Control]{
		{
			name: "enabled", form: at(func(c *cost.Control) *bool { return &c.Enabled }, flag{}), standard: "false", example: "true",
			doc: "whether the cost of each operation is estimated before it runs",
		},
		{
			name: "mode", form: at(func(c *cost.Control) *bool { return &c.Enforce }, costMode()), standard: "measure", example: "enforce",
			doc: "`measure`: operations beyond `max` are answered, and the log has a warning; `enforce`: they are refused (`cost`)",
		},
		{name: "strategy", doc: "How costs are worked out.", form: object[cost.Control]{keys: []key[cost.Control]{
			{name: "static_estimated", doc: "Estimates from operation and variables.", form: object[cost.Control]{keys: append([]key[cost.Control]{
				{
					name: "list_size", form: at(func(c *cost.Control) *int { return &c.ListSize }, integer[int]{}),
					standard: strconv.Itoa(cost.DefaultListSize), example: "20", doc: "the size of lists of which `@listSize` says nothing",
				},
				{
					name: "max", form: at(func(c *cost.Control) *int64 { return &c.Max }, integer[int64]{}), example: "1000",
					doc: "the most that an operation may cost; without it, anything",
				},
			}, lack[cost.Control]("actual_cost_mode", "subgraph")...)}},
		}}},
	}}
}

// costMode is "measure" or "enforce".
func costMode() form[bool] {
	return choice[bool]{{name: "measure", value: false}, {name: "enforce", value: true}}
}
