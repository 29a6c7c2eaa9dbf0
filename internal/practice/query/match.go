package query

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

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

// compare compares numbers, or days and moments as they are written; what is
// none, or of another kind, has no order.
func compare(op Op, held, with string) bool {
	if Written(with) {
		return utf8.RuneCountInString(held) == len(with) && holds(op, strings.Compare(held, with))
	}
	if a, err := strconv.ParseInt(held, 10, 64); err == nil {
		if b, err := strconv.ParseInt(with, 10, 64); err == nil { // milliseconds and ids: exactly
			return holds(op, cmp.Compare(a, b))
		}
	}
	a, ok1 := ParseDecimal(held)
	b, ok2 := ParseDecimal(with)
	return ok1 && ok2 && holds(op, cmp.Compare(a, b))
}

// Written reports whether a value is a day or a moment as the centre's own
// fields keep it: 2026-01-31 or RFC 3339. Such values compare as they are
// written.
func Written(v string) bool {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if _, err := time.Parse(layout, v); err == nil {
			return true
		}
	}
	return false
}

// LongestDecimal is how many characters a decimal may have.
const LongestDecimal = 40

var decimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// ParseDecimal reads a number as people write it: digits, a minus before and a
// point within, no exponent. It compares as a double does, exact to fifteen
// digits.
func ParseDecimal(v string) (float64, bool) {
	if len(v) > LongestDecimal || !decimal.MatchString(v) {
		return 0, false
	}
	n, err := strconv.ParseFloat(v, 64)
	return n, err == nil
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

// Why lists the comparisons because of which a resolved condition does not hold
// for a record: of what must all hold the first that fails, of alternatives all
// of them. It is nil when the condition holds.
func Why(n Node, get func(field string) []string) []Node {
	if Match(n, get) {
		return nil
	}
	var out []Node
	switch n.Op {
	case And:
		for _, k := range n.Kids {
			if out = Why(k, get); out != nil {
				return out
			}
		}
	case Or:
		for _, k := range n.Kids {
			out = append(out, Why(k, get)...)
		}
	default:
		out = []Node{n}
	}
	return out
}
