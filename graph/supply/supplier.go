package supply

import (
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/sdl"
)

// SupplierID numbers the suppliers of an Index, from 1; 0 is none.
type SupplierID uint32

// Mode says how many calls a supplier makes.
type Mode uint8

// The modes.
const (
	// Once is one call whatever the parents: the supplier needs no key.
	Once Mode = iota
	// PerKey is one call per distinct key.
	PerKey
	// Batch is one call for many keys.
	Batch
)

// Supplier is one way to obtain fields.
type Supplier struct {
	ID        SupplierID
	Connector sdl.ConnectorID
	// On is the object type that is supplied; Field is the field of On whose value it is, or 0 when it supplies fields of On itself
	// (an entity).
	On    sdl.TypeID
	Field sdl.FieldID
	// Needs are the key paths below On, in the order of first use.
	Needs []Path
	// Gives is what the connector's selection provides for On, or for the field's type.
	Gives *mapping.Output
	Mode  Mode
	// Max bounds the keys of one call; 0 is unlimited.
	Max int
}

// IsEntity tells that the supplier gives fields of On itself.
func (s *Supplier) IsEntity() bool { return s.Field == 0 }

// Path leads through fields, from a type downwards.
type Path []string
