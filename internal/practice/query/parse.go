package query

import (
	"strings"

	"kilter/internal/base/fault"
)

// Parse reads a condition. An empty text is the zero Node. Faults are about
// the field "q" and carry pos, end and word: the bytes they are about.
func Parse(text string) (Node, error) {
	tokens, err := scan(text)
	if err != nil {
		return Node{}, err
	}
	p := parser{tokens: tokens}
	if p.see(end) {
		return Node{}, nil
	}
	n, err := p.or(0)
	if err == nil && !p.see(end) {
		err = p.wrong("query.not_expected")
	}
	if err != nil {
		return Node{}, err
	}
	return n, nil
}

type parser struct {
	tokens []token
	at     int
}

func (p *parser) now() token      { return p.tokens[p.at] }
func (p *parser) see(s sign) bool { return p.now().sign == s }
func (p *parser) next() token     { t := p.tokens[p.at]; p.at++; return t }

func (p *parser) joins(op Op) bool { return p.see(joiner) && p.now().text == string(op) }

func (p *parser) wrong(key string) error {
	t := p.now()
	if t.sign == end {
		key = "query.ends_early"
	}
	return fault.At("q", key).With("pos", t.pos).With("end", t.end).With("word", t.text)
}

func (p *parser) or(depth int) (Node, error) {
	if depth > deepest {
		return Node{}, p.wrong("query.too_deep")
	}
	first, err := p.and(depth)
	if err != nil {
		return Node{}, err
	}
	kids := []Node{first}
	for p.joins(Or) {
		p.next()
		n, err := p.and(depth)
		if err != nil {
			return Node{}, err
		}
		kids = append(kids, n)
	}
	return join(Or, kids), nil
}

func (p *parser) and(depth int) (Node, error) {
	var kids []Node
	for {
		n, err := p.not(depth)
		if err != nil {
			return Node{}, err
		}
		kids = append(kids, n)
		if p.joins(And) {
			p.next()
			continue
		}
		if p.see(end) || p.see(shut) || p.joins(Or) {
			return join(And, kids), nil
		}
	}
}

func (p *parser) not(depth int) (Node, error) {
	if depth > deepest {
		return Node{}, p.wrong("query.too_deep")
	}
	if !p.see(dash) && !p.joins(Not) {
		return p.one(depth)
	}
	from := p.next().pos
	n, err := p.not(depth + 1)
	if err != nil {
		return Node{}, err
	}
	if n.Op == Not {
		return n.Kids[0], nil
	}
	n = Reverse(n)
	n.Pos = from
	return n, nil
}

func (p *parser) one(depth int) (Node, error) {
	switch {
	case p.see(open):
		from := p.next().pos
		n, err := p.or(depth + 1)
		if err != nil {
			return Node{}, err
		}
		if !p.see(shut) {
			return Node{}, p.wrong("query.bracket_open")
		}
		n.Pos, n.End = from, p.next().end
		return n, nil
	case p.see(word):
		t := p.next()
		return Node{Op: Has, Values: []string{t.text}, Pos: t.pos, End: t.end, Marks: []Mark{{t.pos, t.end, t.quoted}}}, nil
	case p.see(name):
		return p.comparison()
	}
	return Node{}, p.wrong("query.not_expected")
}

// comparison reads field, operator and values. A list may hold ranges:
// priority:1,3..4.
func (p *parser) comparison() (Node, error) {
	field := p.next()
	op := Op(p.next().text)
	if op == ":" {
		op = Eq
		if p.see(oper) {
			op = Op(p.next().text)
		}
	}
	plain := Node{Op: op, Field: field.text, Pos: field.pos}
	var ranges []Node
	for {
		if !p.see(word) {
			return Node{}, p.wrong("query.value_missing")
		}
		t := p.next()
		m := Mark{t.pos, t.end, t.quoted}
		if low, high, ok := strings.Cut(t.text, ".."); ok && !t.quoted && op == Eq && low+high != "" {
			cut := t.pos + len(low)
			ranges = append(ranges, Node{
				Op: Range, Field: field.text, Values: []string{low, high}, Pos: field.pos, End: t.end,
				Marks: []Mark{{t.pos, cut, false}, {cut + 2, t.end, false}},
			})
		} else {
			plain.Values, plain.Marks, plain.End = append(plain.Values, t.text), append(plain.Marks, m), t.end
		}
		if !p.see(comma) {
			break
		}
		if op != Eq && op != Ne {
			return Node{}, p.wrong("query.one_value")
		}
		p.next()
	}
	if plain.Values == nil {
		plain = Node{}
	}
	return Any(append([]Node{plain}, ranges...)...), nil
}
