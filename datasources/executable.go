package datasources

import "strings"

// GoSource is an executable schema in this process.
type GoSource struct {
	// Executable is its name.
	Executable string
}

// GoConnector calls what an executable schema resolves: the fields of an entity, one field of an entity that takes arguments,
// or a root field.
type GoConnector struct {
	// Executable is the name of the executable schema.
	Executable string
	// Root is the operation that On is the root type of, "query", "mutation" or "subscription"; empty for an entity.
	Root string
	// On is the type. Field is its field, empty for all fields of an entity that need no call of their own.
	On, Field string
	// Args are the arguments that the field takes.
	Args []string
}

// Describe says in one line what the connector calls: "Go loyalty: User", "Go loyalty: User.history(year: $args.year)".
func (c *GoConnector) Describe() string {
	var b strings.Builder
	b.WriteString("Go " + c.Executable + ": " + c.On)
	if c.Field == "" {
		return b.String()
	}
	b.WriteString("." + c.Field)
	for i, name := range c.Args {
		if i == 0 {
			b.WriteByte('(')
		} else {
			b.WriteByte(' ')
		}
		b.WriteString(name + ": $args." + name)
	}
	if len(c.Args) > 0 {
		b.WriteByte(')')
	}
	return b.String()
}
