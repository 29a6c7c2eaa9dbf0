package sheet

import "bytes"

// cells cuts one row with quotes into its cells, line by line.
type cells struct {
	state mark
	cell  []byte
	row   []string
}

// mark is where in a cell the cutting stands.
type mark int

const (
	begin  mark = iota // before the first byte of a cell
	bare               // in a cell without quotes
	inside             // between the quotes
	maybe              // after a quote inside: the end, or the first of two
)

func (c *cells) reset() { *c = cells{cell: c.cell[:0]} }

// feed takes one more line, its end included, and reports whether the row is
// complete.
func (c *cells) feed(line, sep []byte) bool {
	body := trimEOL(line)
	for i := 0; i < len(body); {
		if c.state != inside && bytes.HasPrefix(body[i:], sep) {
			c.end()
			i += len(sep)
			continue
		}
		b := body[i]
		i++
		switch {
		case c.state == begin && b == '"':
			c.state = inside
			continue
		case c.state == inside && b == '"':
			c.state = maybe
			continue
		case c.state == begin:
			c.state = bare
		case c.state == maybe && b == '"':
			c.state = inside
		case c.state == maybe:
			// A quote in the middle of a quoted cell that nobody doubled: it
			// is taken as written.
			c.state = inside
			c.cell = append(c.cell, '"')
		}
		c.cell = append(c.cell, b)
	}
	if c.state == inside {
		c.cell = append(c.cell, '\n')
		return false
	}
	c.end()
	return true
}

func (c *cells) end() {
	c.row = append(c.row, string(c.cell))
	c.cell = c.cell[:0]
	c.state = begin
}

func (c *cells) take() []string { return c.row }
