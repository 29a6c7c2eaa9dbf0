package query

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/words"
)

// Match evaluates a resolved condition on one record. get gives what a field
// holds, in the form of a resolved node: nothing when it is empty, several
// values for a field that has several; for the field "" the texts of the
// record. It is the twin of what the store compiles to SQL, and a test holds
// the two together.
func Match(n Node, get func(field string) []string) bool {
	switch n.Op {
	case "":
		return true
	case And:
		return !slices.ContainsFunc(n.Kids, func(k Node) bool { return !Match(k, get) })
	case Or:
		return slices.ContainsFunc(n.Kids, func(k Node) bool { return Match(k, get) })
	case Not:
		return !Match(n.Kids[0], get)
	}
	held := slices.DeleteFunc(slices.Clone(get(n.Field)), func(v string) bool { return v == "" })
	switch n.Op {
	case Eq:
		return among(held, n.Values)
	case Ne:
		return !among(held, n.Values)
	case Has:
		return has(n, held)
	}
	return slices.ContainsFunc(held, func(v string) bool { return compare(n.Op, v, n.Values[0]) })
}

func among(held, values []string) bool {
	if len(held) == 0 {
		return slices.Contains(values, "")
	}
	return slices.ContainsFunc(held, func(v string) bool { return slices.Contains(values, v) })
}

func has(n Node, held []string) bool {
	if n.Field == "" {
		ask := words.Ask(strings.Join(n.Values, " "))
		return len(ask) > 0 && words.Holds(words.Tokens(strings.Join(held, "\n")), ask)
	}
	return slices.ContainsFunc(held, func(v string) bool {
		return !slices.ContainsFunc(n.Values, func(w string) bool { return !strings.Contains(strings.ToLower(v), strings.ToLower(w)) })
	})
}

// compare compares whole numbers, or moments written in RFC 3339; what is none
// has no order.
func compare(op Op, held, with string) bool {
	if _, err := time.Parse(time.RFC3339, with); err == nil {
		return holds(op, strings.Compare(held, with))
	}
	a, err1 := strconv.ParseInt(held, 10, 64)
	b, err2 := strconv.ParseInt(with, 10, 64)
	return err1 == nil && err2 == nil && holds(op, cmp.Compare(a, b))
}

func holds(op Op, order int) bool {
	switch op {
	case Lt:
		return order < 0
	case Le:
		return order <= 0
	case Gt:
		return order > 0
	case Ge:
		return order >= 0
	}
	return false
}
