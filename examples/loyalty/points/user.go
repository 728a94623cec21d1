package points

import "slices"

// User is a customer as this schema knows one: the shop's id, and the awards of a member. It is immutable.
type User struct {
	ID string
	// awards are nil for customers who have not joined.
	awards []Award
}

// IsEntity marks the type for gqlgen's federation plugin.
func (*User) IsEntity() {}

// Points from which customers are in a tier.
const (
	silverFrom = 500
	goldFrom   = 1500
)

// Loyalty is the field "loyalty".
func (u *User) Loyalty() *Loyalty {
	if u.awards == nil {
		return nil
	}
	l := &Loyalty{Points: total(u.awards)}
	next := 0
	switch {
	case l.Points >= goldFrom:
		l.Tier = TierGold
		return l
	case l.Points >= silverFrom:
		l.Tier, next = TierSilver, goldFrom-l.Points
	default:
		l.Tier, next = TierBronze, silverFrom-l.Points
	}
	l.Missing = &next
	return l
}

// History is the field "history".
func (u *User) History(last int) []*Award {
	if u.awards == nil {
		return nil
	}
	history := []*Award{}
	for _, a := range slices.Backward(u.awards) {
		if len(history) == last {
			break
		}
		history = append(history, &a)
	}
	return history
}

// PointsIn is the field "pointsIn".
func (u *User) PointsIn(year int) *int {
	if u.awards == nil {
		return nil
	}
	points := 0
	for _, a := range u.awards {
		if a.Year == year {
			points += a.Points
		}
	}
	return &points
}

func total(awards []Award) int {
	points := 0
	for _, a := range awards {
		points += a.Points
	}
	return points
}
