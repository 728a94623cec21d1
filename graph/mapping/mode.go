package mapping

// Mode selects the grammar that a mapping is read with. Methods are the same
// in every mode.
type Mode uint8

// The grammar modes. V02 covers connect/v0.1 as well; Weft's own dialect reads
// V04.
const (
	V02 Mode = iota
	V03
	V04
)

// String returns the version as it is written in a link, such as "v0.3".
func (m Mode) String() string {
	switch m {
	case V02:
		return "v0.2"
	case V03:
		return "v0.3"
	default:
		return "v0.4"
	}
}

// Var is one of the variables that a mapping can be given.
type Var uint8

// The variables, by their names in mappings: $args, $this and so on.
const (
	Args Var = iota
	This
	Batch
	Config
	Context
	Request
	Response
	Status
	EnvVars // $env
	NumVars // the number of variables, not one itself
)

// Name returns the name as it is written in mappings, such as "$args".
func (v Var) Name() string {
	switch v {
	case Args:
		return "$args"
	case This:
		return "$this"
	case Batch:
		return "$batch"
	case Config:
		return "$config"
	case Context:
		return "$context"
	case Request:
		return "$request"
	case Response:
		return "$response"
	case Status:
		return "$status"
	case EnvVars:
		return "$env"
	default:
		return "$"
	}
}

// lookupVar finds a variable by its name without the dollar sign.
func lookupVar(name string) (Var, bool) {
	for v := range NumVars {
		if v.Name()[1:] == name {
			return v, true
		}
	}
	return 0, false
}
