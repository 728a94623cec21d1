package mapping

import (
	"math"
	"math/bits"
	"strconv"

	"github.com/weftgraph/weft/graph/value"
)

// arithmetic is ->add, ->sub, ->mul, ->div and ->mod: a left fold over the
// arguments.
func (ev *evaluator) arithmetic(s *step, in value.Value) value.Value {
	if len(s.args) == 0 {
		return ev.refuse(s, " requires at least one argument")
	}
	if !in.IsNumber() {
		return ev.refuse(s, " requires numeric arguments")
	}
	result := in
	for i, arg := range s.args {
		operand := ev.arg(arg, in)
		if !operand.IsNumber() {
			return ev.refuse(s, " requires numeric arguments")
		}
		var ok bool
		if result, ok = calculate(s.method, result, operand); !ok {
			return ev.refuse(s, " failed on argument ", strconv.Itoa(i))
		}
	}
	return result
}

// calculate stays with integers as long as both operands and the result are
// 64-bit integers, and turns to floats beyond. It fails where the result is no
// number, as in a division by zero.
func calculate(m methodID, a, b value.Value) (value.Value, bool) {
	x, xIsInt := a.AsInt()
	y, yIsInt := b.AsInt()
	if xIsInt && yIsInt {
		switch r, ok := calculateInt(m, x, y); {
		case ok:
			return value.Int(r), true
		case m == methodMod:
			return value.Value{}, false
		}
	}
	f, _ := a.AsFloat()
	g, _ := b.AsFloat()
	var r float64
	switch m {
	case methodAdd:
		r = f + g
	case methodSub:
		r = f - g
	case methodMul:
		r = f * g
	case methodDiv:
		r = f / g
	default:
		r = math.Mod(f, g)
	}
	return value.Float(r), !math.IsNaN(r) && !math.IsInf(r, 0)
}

func calculateInt(m methodID, x, y int64) (int64, bool) {
	switch m {
	case methodAdd:
		r := x + y
		return r, (r > x) == (y > 0)
	case methodSub:
		r := x - y
		return r, (r < x) == (y > 0)
	case methodMul:
		return multiply(x, y)
	case methodMod:
		if y == 0 {
			return 0, false
		}
		return x % y, true
	default: // division is always one of floats
		return 0, false
	}
}

// multiply reports whether the product fits.
func multiply(x, y int64) (int64, bool) {
	high, low := bits.Mul64(magnitude(x), magnitude(y))
	negative := (x < 0) != (y < 0)
	switch {
	case high != 0:
		return 0, false
	case negative && low <= 1<<63:
		return -int64(low), true
	case !negative && low < 1<<63:
		return int64(low), true
	default:
		return 0, false
	}
}

func magnitude(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}
