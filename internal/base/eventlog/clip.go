package eventlog

import "io"

// clip passes XML through and cuts the values of attributes at a limit, so that
// one endless value costs neither the memory nor the log it stands in. Reading
// bytes is enough: in the encodings that logs come in, no byte of a longer sign
// is a quote or a bracket.
type clip struct {
	r     io.Reader
	most  int
	in    place
	quote byte    // that began the value at hand
	n     int     // bytes of it so far
	name  bool    // inside an entity of it, "&amp;"
	cut   bool    // the rest of it is passed over
	part  byte    // what follows "<!": '-' a comment, '[' a part of plain text
	last  [2]byte // the bytes before
}

// place is where in the text of XML a byte stands.
type place byte

const (
	outside place = iota
	opened        // just behind "<"
	inTag
	inValue
	inPart // behind "<!"
	inNote // between "<?" and "?>"
)

func (c *clip) Read(p []byte) (int, error) {
	for {
		n, err := c.r.Read(p)
		kept := 0
		for _, b := range p[:n] {
			if c.keep(b) {
				p[kept] = b
				kept++
			}
		}
		if kept > 0 || err != nil || n == 0 {
			return kept, err
		}
	}
}

// keep follows one byte and says whether it is passed on.
func (c *clip) keep(b byte) bool {
	pass := true
	switch c.in {
	case outside:
		if b == '<' {
			c.in = opened
		}
	case opened:
		c.part = 0
		c.in = map[byte]place{'!': inPart, '?': inNote, '>': outside}[b]
		if c.in == outside && b != '>' {
			c.in = inTag
		}
	case inTag:
		switch b {
		case '"', '\'':
			c.in, c.quote, c.n, c.name, c.cut = inValue, b, 0, false, false
		case '>':
			c.in = outside
		}
	case inValue:
		pass = c.value(b)
	case inPart:
		if c.part == 0 {
			c.part = b
		}
		if end := map[byte]byte{'-': '-', '[': ']'}[c.part]; b == '>' && (end == 0 || c.last == [2]byte{end, end}) {
			c.in = outside
		}
	case inNote:
		if b == '>' && c.last[1] == '?' {
			c.in = outside
		}
	}
	c.last[0], c.last[1] = c.last[1], b
	return pass
}

// value follows a byte of a value. It is cut between two signs, and not inside
// an entity: what is left must be XML still.
func (c *clip) value(b byte) bool {
	if b == c.quote {
		c.in = inTag
		return true
	}
	c.n++
	const rest = 64 // longer is no sign and no entity
	if c.n > c.most && !(c.n < c.most+rest && (c.name || b&0xc0 == 0x80)) {
		c.cut = true
	}
	switch b {
	case '&':
		c.name = true
	case ';':
		c.name = false
	}
	return !c.cut
}
