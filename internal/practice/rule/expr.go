package rule

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"kilter/internal/base/fault"
	"kilter/internal/practice/query"
)

// The bounds of an expression. It has no loops, no variables and no ranges, so
// its cost grows with its length alone.
const (
	mostNodes   = 200
	mostPattern = 200
)

// program is a compiled expression, with those parts of it that must all hold.
type program struct {
	whole *vm.Program
	parts []part
	names []string // the fields it asks for
}

type part struct {
	text string
	code *vm.Program
}

// compileExpr reads a condition written in expr. Faults are about the field
// "q" and carry pos, end and word, as those of package query do.
func compileExpr(text string, fields query.Fields, within func(value, code string) bool) (*program, error) {
	tree, err := parser.Parse(text)
	if err != nil {
		return nil, blame(text, err, fields)
	}
	limits := &bounds{own: sample(fields)["x"].(map[string]any)}
	ast.Walk(&tree.Node, limits)
	if limits.key != "" {
		return nil, at(text, limits.from, limits.to, limits.key, limits.near)
	}
	options := []expr.Option{
		expr.Env(sample(fields)), expr.AsBool(), expr.MaxNodes(mostNodes), expr.DisableAllBuiltins(),
		expr.Function("within", func(p ...any) (any, error) { return within(p[0].(string), p[1].(string)), nil }, new(func(string, string) bool)),
	}
	for _, name := range []string{"len", "lower", "upper", "trim", "duration", "abs", "int"} {
		options = append(options, expr.EnableBuiltin(name))
	}
	whole, err := expr.Compile(text, options...)
	if err != nil {
		return nil, blame(text, err, fields)
	}
	p := &program{whole: whole, names: limits.names}
	for _, n := range conjuncts(tree.Node) {
		code, err := expr.Compile(n.String(), options...)
		if err != nil {
			return nil, blame(text, err, fields)
		}
		p.parts = append(p.parts, part{n.String(), code})
	}
	return p, nil
}

// conjuncts takes an expression apart into those that must all hold.
func conjuncts(n ast.Node) []ast.Node {
	if b, ok := n.(*ast.BinaryNode); ok && (b.Operator == "&&" || b.Operator == "and") {
		return slices.Concat(conjuncts(b.Left), conjuncts(b.Right))
	}
	return []ast.Node{n}
}

// bounds looks for what an expression may not have.
type bounds struct {
	own      map[string]any // the centre's own fields
	names    []string
	key      string
	near     string
	from, to int
}

// Visit is called with every node.
func (b *bounds) Visit(node *ast.Node) {
	refuse := func(n ast.Node, key string) {
		if b.key == "" {
			b.key, b.from, b.to = key, n.Location().From, n.Location().To
		}
	}
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		if !slices.Contains(b.names, n.Value) {
			b.names = append(b.names, n.Value)
		}
	case *ast.MemberNode:
		x, ok := n.Node.(*ast.IdentifierNode)
		name, named := n.Property.(*ast.StringNode)
		if !ok || !named || x.Value != "x" {
			return
		}
		if _, ok := b.own[name.Value]; !ok {
			b.near = query.Nearest(name.Value, slices.Collect(maps.Keys(b.own)))
			refuse(n.Property, "rule.expr_unknown")
		}
	case *ast.VariableDeclaratorNode, *ast.SequenceNode, *ast.PredicateNode, *ast.PointerNode:
		refuse(n, "rule.expr_no_loops")
	case *ast.BinaryNode:
		s, constant := n.Right.(*ast.StringNode)
		switch {
		case n.Operator == ".." || n.Operator == "**" || n.Operator == "^":
			refuse(n, "rule.expr_no_loops")
		case n.Operator == "matches" && (!constant || len(s.Value) > mostPattern):
			refuse(n, "rule.expr_pattern")
		}
	}
}

// sample is the environment that expressions are checked against: every field
// with a value of its type, and what is known of the deed.
func sample(fields query.Fields) map[string]any {
	own := map[string]any{}
	env := map[string]any{
		"x": own, "now": time.Time{}, "deed": "", "from": "", "to": "", "by": "", "public": false,
		"changed": func(string) bool { return false }, "was": func(string) string { return "" },
	}
	for _, f := range fields {
		if name, ok := strings.CutPrefix(f.Name, "x."); ok {
			own[name] = zero(f)
		} else {
			env[f.Name] = zero(f)
		}
	}
	return env
}

// zero is a value of the type that a field has in expressions.
func zero(f query.Field) any {
	if f.Many {
		return []string(nil)
	}
	switch f.Type {
	case query.Number:
		return 0
	case query.Decimal:
		return 0.0
	case query.Flag:
		return false
	case query.Moment:
		return time.Time{}
	}
	return ""
}

// value is what a field holds, as expressions see it: things and persons by
// code.
func value(f query.Field, held []string, code func(query.Field, string) string) any {
	if f.Many {
		out := make([]string, len(held))
		for i, v := range held {
			out[i] = code(f, v)
		}
		return out
	}
	v := ""
	if len(held) > 0 {
		v = held[0]
	}
	switch f.Type {
	case query.Number:
		n, _ := strconv.Atoi(v) // none is 0
		return n
	case query.Decimal:
		n, _ := query.ParseDecimal(v)
		return n
	case query.Flag:
		return v == "true"
	case query.Moment:
		return momentOf(v)
	case query.Thing, query.Person, query.Record:
		return code(f, v)
	}
	return v
}

func momentOf(v string) time.Time {
	if ms, err := strconv.ParseInt(v, 10, 64); err == nil {
		return time.UnixMilli(ms).UTC()
	}
	t, err := time.Parse(time.RFC3339, v)
	if err != nil {
		return time.Time{} // empty
	}
	return t
}

// blame turns what expr says into a fault that points at the word.
func blame(text string, err error, fields query.Fields) error {
	found, ok := errors.AsType[*file.Error](err)
	if !ok {
		key := "rule.expr_syntax"
		switch {
		case strings.Contains(err.Error(), "maximum allowed nodes"):
			key = "rule.expr_too_long"
		case strings.Contains(err.Error(), "expected bool"):
			key = "rule.expr_not_yes_no"
		}
		return at(text, 0, utf8.RuneCountInString(text), key, "")
	}
	m := found.Message
	from, to := found.From, found.To
	switch {
	case strings.HasPrefix(m, "unknown name"):
		name := strings.Fields(strings.TrimPrefix(m, "unknown name"))[0]
		to = from + utf8.RuneCountInString(name)
		return at(text, from, to, "rule.expr_unknown", query.Nearest(name, names(fields)))
	case strings.Contains(m, "has no field"):
		return at(text, from, to, "rule.expr_unknown", "")
	case strings.HasPrefix(m, "expected bool"):
		return at(text, 0, utf8.RuneCountInString(text), "rule.expr_not_yes_no", "")
	case strings.Contains(m, "mismatched types"), strings.Contains(m, "invalid operation"), strings.Contains(m, "cannot use"), strings.Contains(m, "not callable"):
		return at(text, from, to, "rule.expr_types", "")
	case strings.Contains(m, "maximum allowed nodes"):
		return at(text, from, to, "rule.expr_too_long", "")
	}
	return at(text, from, to, "rule.expr_syntax", "")
}

func names(fields query.Fields) []string {
	out := []string{"now", "deed", "from", "to", "by", "public", "changed", "was", "within"}
	for _, f := range fields {
		out = append(out, f.Name)
	}
	return out
}

// at makes the fault about the signs from..to of a text, in bytes; at least
// one sign is meant, the last one when the text ended early.
func at(text string, from, to int, key, near string) error {
	signs := []rune(text)
	from = max(0, min(from, len(signs)-1))
	to = max(from+1, min(to, len(signs)))
	if to > len(signs) {
		to = len(signs)
	}
	pos, end := len(string(signs[:from])), len(string(signs[:to]))
	return fault.At("q", key).With("pos", pos).With("end", end).With("word", text[pos:end]).With("near", near)
}

// run evaluates the expression in an environment; part is the first of what
// must all hold that does not.
func (p *program) run(env map[string]any) (holds bool, failing string, err error) {
	out, err := expr.Run(p.whole, env)
	if err != nil {
		return false, "", fault.At("q", "rule.expr_run")
	}
	if out == true {
		return true, "", nil
	}
	for _, one := range p.parts {
		if out, err := expr.Run(one.code, env); err != nil || out != true {
			return false, one.text, nil
		}
	}
	return false, "", nil
}
