package store

import (
	"fmt"
	"strconv"
	"strings"
)

// clause gathers conditions and their arguments; a ? in a condition becomes
// the next $n.
type clause struct {
	conds []string
	args  []any
}

// and adds a condition.
func (c *clause) and(cond string, args ...any) { c.conds = append(c.conds, c.text(cond, args...)) }

// text numbers the marks of a condition and keeps its arguments.
func (c *clause) text(cond string, args ...any) string {
	var b strings.Builder
	for i, part := range strings.Split(cond, "?") {
		if i > 0 {
			c.args = append(c.args, args[i-1])
			b.WriteString("$" + strconv.Itoa(len(c.args)))
		}
		b.WriteString(part)
	}
	return b.String()
}

// in writes "col IN (?, ?)"; an empty list holds for nothing.
func in[N ~int64](c *clause, col string, ids []N) string {
	if len(ids) == 0 {
		return "1 = 0"
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = int64(id)
	}
	return c.text(col+" IN ("+strings.TrimSuffix(strings.Repeat("?, ", len(ids)), ", ")+")", args...)
}

// where is all of it, with the word.
func (c *clause) where() string {
	if len(c.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.conds, " AND ")
}

func insertSQL(table string, cols []string, rows int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES ", table, strings.Join(cols, ", "))
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(" + marks(1+i*len(cols), len(cols)) + ")")
	}
	return b.String()
}

// updateSQL sets cols from $2 on, in the row whose id is $1.
func updateSQL(table string, cols []string) string {
	sets := make([]string, len(cols))
	for i, c := range cols {
		sets[i] = fmt.Sprintf("%s = $%d", c, i+2)
	}
	return fmt.Sprintf("UPDATE %s SET %s WHERE id = $1", table, strings.Join(sets, ", "))
}

func marks(from, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = "$" + strconv.Itoa(from+i)
	}
	return strings.Join(out, ", ")
}
