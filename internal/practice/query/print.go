package query

import (
	"strings"
	"unicode/utf8"
)

// String writes the condition as Parse reads it.
func (n Node) String() string {
	var b strings.Builder
	n.print(&b, false)
	return b.String()
}

// print writes the node; inside says that it stands within another one, where
// an or needs brackets.
func (n Node) print(b *strings.Builder, inside bool) {
	switch n.Op {
	case "":
	case And, Or:
		sep := " "
		if n.Op == Or {
			sep = " or "
			if inside {
				b.WriteByte('(')
				defer b.WriteByte(')')
			}
		}
		for i, k := range n.Kids {
			if i > 0 {
				b.WriteString(sep)
			}
			k.print(b, n.Op == And || k.Op == Or)
		}
	case Not:
		if k := n.Kids[0]; k.Joins() || loose(k) && len(k.Values) > 1 {
			b.WriteString("not (")
			k.print(b, false)
			b.WriteByte(')')
		} else {
			b.WriteByte('-')
			k.print(b, true)
		}
	default:
		n.compare(b)
	}
}

func (n Node) compare(b *strings.Builder) {
	if n.Field != "" {
		b.WriteString(n.Field + ":")
	}
	sep := ","
	switch {
	case loose(n):
		sep = " "
	case n.Op == Has && n.Field != "":
		sep = " " + n.Field + ":"
	case n.Op == Range:
		sep = ".."
	case n.Op != Eq:
		b.WriteString(string(n.Op))
	}
	for i, v := range n.Values {
		if i > 0 {
			b.WriteString(sep)
		}
		quoted := i < len(n.Marks) && n.Marks[i].Quoted
		if n.Op != Range && (quoted || !plain(v, loose(n))) {
			v = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
		}
		b.WriteString(v)
	}
}

// plain reports whether a value can stand without quotes.
func plain(v string, free bool) bool {
	if v == "" || strings.Contains(v, "..") || strings.IndexFunc(v, breaks) >= 0 {
		return false
	}
	first, size := utf8.DecodeRuneInString(v)
	if strings.ContainsRune("<>=!-:：", first) {
		return false
	}
	if !free {
		return true
	}
	if joiners[strings.ToLower(v)] != "" {
		return false
	}
	return !strings.ContainsAny(v[size:], ":<>=!") && !strings.ContainsRune(v[size:], '：')
}

// Chip is one condition of a filter bar: a node of its own with its text.
type Chip struct {
	Text string
	Node Node
}

// Chips takes a condition apart into those that must all hold.
func Chips(n Node) []Chip {
	if n.Empty() {
		return nil
	}
	kids := []Node{n}
	if n.Op == And {
		kids = n.Kids
	}
	out := make([]Chip, len(kids))
	for i, k := range kids {
		out[i] = Chip{k.String(), k}
	}
	return out
}

// Join puts chips together again.
func Join(chips ...Chip) Node {
	nodes := make([]Node, len(chips))
	for i, c := range chips {
		nodes[i] = c.Node
	}
	return All(nodes...)
}
