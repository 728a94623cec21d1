package sdl

import (
	"strconv"
	"strings"
)

// Labels are labels of `@override` that are switched on, as bits by their place in Graph.Labels.
type Labels uint64

// maxLabels is the number of labels that Labels has room for.
const maxLabels = 64

// Label is a `label` of `@override` that is decided anew for each request (Connectors specification 2.4).
type Label struct {
	// Text is the label as it is written, such as "percent(25)".
	Text string
	// Percent is the share of the requests for which the label is on: more than 0 and less than 100.
	Percent float64
}

// LabelState says when an `@override` holds: always, never, or with a label of the graph.
type LabelState int8

// The states that are no index into Graph.Labels.
const (
	AlwaysOn  LabelState = -1
	AlwaysOff LabelState = -2
)

// labelState finds or adds a label. Labels other than percent(n) are decided by somebody else, who does not exist here: they are
// off.
func (n numbering) labelState(text string) LabelState {
	if text == "" {
		return AlwaysOn
	}
	percent, ok := percentOf(text)
	switch {
	case !ok || percent <= 0:
		return AlwaysOff
	case percent >= 100:
		return AlwaysOn
	}
	for i, l := range n.g.Labels {
		if l.Text == text {
			return LabelState(i)
		}
	}
	if len(n.g.Labels) == maxLabels {
		return AlwaysOff // more progressive moves at a time than Labels has room for
	}
	n.g.Labels = append(n.g.Labels, Label{Text: text, Percent: percent})
	return LabelState(len(n.g.Labels) - 1)
}

// percentOf reads "percent(n)".
func percentOf(label string) (float64, bool) {
	inner, ok := strings.CutPrefix(label, "percent(")
	if !ok {
		return 0, false
	}
	inner, ok = strings.CutSuffix(inner, ")")
	if !ok {
		return 0, false
	}
	percent, err := strconv.ParseFloat(inner, 64)
	return percent, err == nil
}

// isOn tells whether an `@override` holds while some labels are on.
func (s LabelState) isOn(on Labels) bool {
	return s == AlwaysOn || s >= 0 && on&(1<<s) != 0
}

// Resolves tells whether a document is one of those that resolve a field while some labels are on: an `@override` takes the field
// from one document and gives it to another, and one whose label is off leaves it where it was.
func (f *Field) Resolves(d *Document, on Labels) bool {
	for i := range f.In {
		o := &f.In[i]
		switch {
		case o.Override == "" || o.Override == o.Document.Name:
		case o.Document == d && !o.Label.isOn(on) && f.isIn(o.Override):
			return false
		case o.Override == d.Name && o.Document != d && o.Label.isOn(on):
			return false
		}
	}
	return true
}

// isIn tells whether a document defines the field.
func (f *Field) isIn(document string) bool {
	for i := range f.In {
		if f.In[i].Document.Name == document && !f.In[i].External {
			return true
		}
	}
	return false
}

// HasOverrides tells whether any field is taken from one document by another.
func (g *Graph) HasOverrides() bool {
	for i := range g.Fields {
		for _, o := range g.Fields[i].In {
			if o.Override != "" {
				return true
			}
		}
	}
	return false
}
