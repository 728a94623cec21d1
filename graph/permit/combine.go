package permit

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// clone is a demand of its own that demands the same.
func (d *Demand) clone() *Demand {
	out := &Demand{}
	out.and(d)
	return out
}

// and adds a demand to another: both have to hold.
func (d *Demand) and(other *Demand) {
	d.authenticated = d.authenticated || other.authenticated
	d.scopes = append(d.scopes, other.scopes...)
	d.policies = append(d.policies, other.policies...)
}

// isEmpty tells that everybody passes.
func (d *Demand) isEmpty() bool {
	return !d.authenticated && len(d.scopes) == 0 && len(d.policies) == 0
}

// simplify brings the demand into a form that is the same for what is written in another order or twice.
func (d *Demand) simplify() {
	d.scopes = conjunction(d.scopes, strings.Compare)
	d.policies = conjunction(d.policies, func(a, b *policy) int { return strings.Compare(a.text, b.text) })
	if len(d.scopes) > 0 {
		d.authenticated = true // who has a scope has shown credentials
	}
	for _, c := range d.policies {
		for _, all := range c {
			d.readsArguments = d.readsArguments || slices.ContainsFunc(all, func(p *policy) bool { return p.readsArguments })
		}
	}
}

// key is equal for equal demands.
func (d *Demand) key() string {
	var b strings.Builder
	b.WriteString(strconv.FormatBool(d.authenticated))
	for _, c := range d.scopes {
		b.WriteString("&")
		for _, all := range c {
			b.WriteString("|" + strings.Join(quoted(all), "+"))
		}
	}
	for _, c := range d.policies {
		b.WriteString("&policy")
		for _, all := range c {
			b.WriteString("|")
			for _, p := range all {
				b.WriteString(strconv.Quote(p.text) + "+")
			}
		}
	}
	return b.String()
}

func quoted(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strconv.Quote(s)
	}
	return out
}

// conjunction sorts choices and leaves out what follows from others.
func conjunction[T comparable](list []choice[T], compare func(a, b T) int) []choice[T] {
	sorted := make([]choice[T], len(list))
	for i, c := range list {
		sorted[i] = c.simplified(compare)
	}
	slices.SortFunc(sorted, func(a, b choice[T]) int { return compareChoices(a, b, compare) })
	var kept []choice[T]
	for i, c := range sorted {
		follows := slices.ContainsFunc(kept, func(k choice[T]) bool { return k.implies(c) }) ||
			slices.ContainsFunc(sorted[i+1:], func(k choice[T]) bool { return k.implies(c) && !c.implies(k) })
		if !follows {
			kept = append(kept, c)
		}
	}
	return kept
}

// simplified sorts, and leaves out alternatives that hold only where another does.
func (c choice[T]) simplified(compare func(a, b T) int) choice[T] {
	sorted := make(choice[T], len(c))
	for i, all := range c {
		all = slices.Clone(all)
		slices.SortFunc(all, compare)
		sorted[i] = slices.Compact(all)
	}
	byMembers := func(a, b []T) int { return slices.CompareFunc(a, b, compare) }
	slices.SortFunc(sorted, func(a, b []T) int { return cmp.Or(cmp.Compare(len(a), len(b)), byMembers(a, b)) })
	var kept choice[T]
	for _, all := range sorted {
		if !slices.ContainsFunc(kept, func(k []T) bool { return isSubset(k, all) }) {
			kept = append(kept, all)
		}
	}
	return kept
}

// implies tells that the other choice holds wherever this one does.
func (c choice[T]) implies(other choice[T]) bool {
	for _, all := range c {
		if !slices.ContainsFunc(other, func(o []T) bool { return isSubset(o, all) }) {
			return false
		}
	}
	return true
}

func isSubset[T comparable](small, large []T) bool {
	for _, m := range small {
		if !slices.Contains(large, m) {
			return false
		}
	}
	return true
}

func compareChoices[T comparable](a, b choice[T], compare func(a, b T) int) int {
	return slices.CompareFunc(a, b, func(x, y []T) int { return slices.CompareFunc(x, y, compare) })
}
