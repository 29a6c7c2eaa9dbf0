// Package query is the one condition language of Kilter: list filters, saved
// views, the API, rules and reports are written in it.
//
//	priority:1,2 team:network opened:>now-7d -owner:none printer
//	(优先级：1 or 状态：挂起) opened:2026-01-01..2026-02-01 "paper jam"
//
// A text is parsed into a Node (Parse), its names and dates are turned into
// ids and moments (Fields.Resolve), and the resolved Node is compiled to SQL
// by the store or evaluated in memory (Match). Parsing knows no fields, so
// every face can show a filter as chips and as text, both ways.
package query

import "slices"

// Op joins or compares.
type Op string

// The operators of a node.
const (
	And   Op = "and" // all Kids
	Or    Op = "or"  // any of Kids
	Not   Op = "not" // not Kids[0]
	Eq    Op = "="   // the field is one of Values ("" or none: empty)
	Ne    Op = "!="
	Lt    Op = "<"
	Le    Op = "<="
	Gt    Op = ">"
	Ge    Op = ">="
	Range Op = ".." // from Values[0] to Values[1], both included; "" is open
	Has   Op = "~"  // the text has all Values; Field "" means everywhere
)

// Node is a condition. The zero Node holds for everything.
//
// A resolved node holds what the database does: ids and numbers in decimal,
// moments as milliseconds, flags as "true" or "false", "" for none; moments and
// days of the centre's own fields as they are written. It has no Range, its
// moments and days are compared by Lt and Ge only, its decimals by order only.
type Node struct {
	Op     Op
	Kids   []Node
	Field  string
	Values []string
	Pos    int // byte offset of the condition in the source text, for errors
	End    int
	Marks  []Mark // where each value stands; nil in a node that was not parsed
}

// Mark is the place of a value in the source text. A quoted value is taken as
// it is: "me" is no person.
type Mark struct {
	Pos, End int
	Quoted   bool
}

// Empty reports whether the node sets no condition.
func (n Node) Empty() bool { return n.Op == "" }

// Is makes the condition that a field has one of the values.
func Is(field string, values ...string) Node { return Node{Op: Eq, Field: field, Values: values} }

// Words makes the condition that the full text has all the words.
func Words(words ...string) Node { return Node{Op: Has, Values: words} }

// Reverse makes the condition that n does not hold.
func Reverse(n Node) Node { return Node{Op: Not, Kids: []Node{n}, Pos: n.Pos, End: n.End} }

// All joins conditions, leaving out empty ones.
func All(nodes ...Node) Node { return join(And, nodes) }

// Any holds when one of the conditions does, leaving out empty ones.
func Any(nodes ...Node) Node { return join(Or, nodes) }

func join(op Op, nodes []Node) Node {
	var kids []Node
	for _, n := range nodes {
		switch n.Op {
		case "":
		case op:
			for _, k := range n.Kids {
				kids = add(op, kids, k)
			}
		default:
			kids = add(op, kids, n)
		}
	}
	switch len(kids) {
	case 0:
		return Node{}
	case 1:
		return kids[0]
	}
	return Node{Op: op, Kids: kids, Pos: kids[0].Pos, End: kids[len(kids)-1].End}
}

// add appends a node; words that must all be there become one search.
func add(op Op, kids []Node, n Node) []Node {
	if last := len(kids) - 1; op == And && last >= 0 && loose(n) && loose(kids[last]) {
		k := &kids[last]
		k.Values, k.Marks, k.End = slices.Concat(k.Values, n.Values), slices.Concat(k.Marks, n.Marks), n.End
		return kids
	}
	return append(kids, n)
}

// loose reports whether the node is words looked for everywhere.
func loose(n Node) bool { return n.Op == Has && n.Field == "" }

// Joins reports whether the node joins others and compares nothing itself.
func (n Node) Joins() bool { return n.Op == And || n.Op == Or || n.Op == Not }

// Find lists the comparisons in the node for which is holds.
func (n Node) Find(is func(Node) bool) (out []Node) {
	if n.Joins() {
		for _, k := range n.Kids {
			out = append(out, k.Find(is)...)
		}
		return out
	}
	if !n.Empty() && is(n) {
		out = append(out, n)
	}
	return out
}

// Fields lists the names of the fields the node compares, each once.
func (n Node) Fields() []string {
	var out []string
	for _, k := range n.Find(func(Node) bool { return true }) {
		if !slices.Contains(out, k.Field) {
			out = append(out, k.Field)
		}
	}
	return out
}
