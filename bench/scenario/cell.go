package scenario

import "fmt"

// Cell is a scenario under a load: one column of the summary.
type Cell struct {
	Scenario    Scenario
	Connections int
}

// Label is the column's title.
func (c Cell) Label() string { return fmt.Sprintf("%s %d", c.Scenario.Name, c.Connections) }

// Cells returns the loads of scenarios. N+1 is the one that gateways differ most in, and
// what sharing between requests does shows in the number of connections: it has three.
func Cells(of []Scenario) []Cell {
	const few, some, many = 4, 16, 128
	var out []Cell
	for _, s := range of {
		connections := []int{some}
		switch s.Name {
		case nestedName:
			connections = []int{1, some, many}
		case bigName, rowsName: // answers of about a megabyte
			connections = []int{few}
		}
		for _, n := range connections {
			out = append(out, Cell{Scenario: s, Connections: n})
		}
	}
	return out
}
