// Package query is the one condition language of Kilter: list filters, saved
// views, the API, rules and reports are written in it. It is parsed once and
// compiled to SQL by the store or evaluated in memory.
package query

// Op joins or compares.
type Op string

// The operators of a node.
const (
	And Op = "and" // all Kids
	Or  Op = "or"  // any of Kids
	Not Op = "not" // not Kids[0]
	Eq  Op = "="   // the field is one of Values ("" or none: empty)
	Ne  Op = "!="
	Lt  Op = "<"
	Le  Op = "<="
	Gt  Op = ">"
	Ge  Op = ">="
	Has Op = "~" // full text, Field "" means everywhere
)

// Node is a condition. The zero Node holds for everything.
type Node struct {
	Op     Op
	Kids   []Node
	Field  string
	Values []string
	Pos    int // byte offset of the word in the source text, for errors
	End    int
}

// Empty reports whether the node sets no condition.
func (n Node) Empty() bool { return n.Op == "" }

// Is makes the condition that a field has one of the values.
func Is(field string, values ...string) Node { return Node{Op: Eq, Field: field, Values: values} }

// All joins conditions, leaving out empty ones.
func All(nodes ...Node) Node {
	var kids []Node
	for _, n := range nodes {
		if !n.Empty() {
			kids = append(kids, n)
		}
	}
	switch len(kids) {
	case 0:
		return Node{}
	case 1:
		return kids[0]
	}
	return Node{Op: And, Kids: kids}
}
