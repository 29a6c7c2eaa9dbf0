package query

// decimals resolves comparisons of numbers with a fraction. What is equal is
// neither less nor more, so that 5 is 5.0.
func (r resolver) decimals() (Node, error) {
	n := r.n
	if n.Op == Range {
		return r.within()
	}
	same := n.Op == Eq || n.Op == Ne
	var any []Node
	for i, v := range n.Values {
		if same && r.none(i) {
			any = append(any, r.node(Eq, ""))
			continue
		}
		if _, ok := ParseDecimal(v); !ok {
			return Node{}, r.wrong(i, "query.not_a_decimal", "")
		}
		if same {
			any = append(any, All(r.node(Ge, v), r.node(Le, v)))
		} else {
			any = append(any, r.node(n.Op, v))
		}
	}
	out := Any(any...)
	if n.Op == Ne {
		out = Reverse(out)
	}
	return out, nil
}

// within is a range of decimals, either end of which may be open.
func (r resolver) within() (Node, error) {
	var out []Node
	for i, op := range []Op{Ge, Le} {
		v := r.n.Values[i]
		if v == "" {
			continue
		}
		if _, ok := ParseDecimal(v); !ok {
			return Node{}, r.wrong(i, "query.not_a_decimal", "")
		}
		out = append(out, r.node(op, v))
	}
	return All(out...), nil
}
