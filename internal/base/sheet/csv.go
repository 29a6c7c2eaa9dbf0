package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"kilter/internal/base/fault"
)

// csvLines reads CSV after RFC 4180, liberally: any delimiter, any line end,
// quotes inside cells. It is not encoding/csv because that one reads a cell
// whose quote is never closed to the end of the file, and all rows with it;
// this one reports the row and starts again on the line after.
type csvLines struct {
	in        *bufio.Reader
	delimiter rune
	sep       []byte // the delimiter as bytes
	eol       byte
	limits    Limits
	line      int      // lines handed out so far
	again     [][]byte // lines read ahead for a row that did not end
	broken    int      // rows given up for an open quote
	cells     cells
}

// maxBroken bounds the work of starting again: each open quote costs reading
// as far as the row limit once.
const maxBroken = 1000

// candidates are the delimiters that are found out by themselves, the usual
// ones first.
var candidates = []rune{',', ';', '\t', '|'}

func newCSV(r io.Reader, delimiter rune, limits Limits) *csvLines {
	c := &csvLines{in: bufio.NewReaderSize(r, sample), eol: '\n', limits: limits}
	head, _ := c.in.Peek(sample)
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		c.eol = '\r'
	}
	given := said(head)
	switch {
	case delimiter != 0:
		c.delimiter = delimiter
	case given != 0:
		c.delimiter = given
	default:
		c.delimiter = sniff(head, c.eol)
	}
	if given != 0 { // the line that names the delimiter is not a row
		if _, err := c.in.ReadSlice(c.eol); err == nil {
			c.line++
		}
	}
	c.sep = []byte(string(c.delimiter))
	return c
}

// said is the delimiter named in a first line "sep=;", as Excel writes it.
func said(head []byte) rune {
	rest, ok := bytes.CutPrefix(head, []byte("sep="))
	if !ok {
		return 0
	}
	if i := bytes.IndexAny(rest, "\r\n"); i > 0 {
		if r := bytes.Runes(rest[:i]); len(r) == 1 {
			return r[0]
		}
	}
	return 0
}

// sniff counts each candidate outside quotes, line by line: the delimiter is
// the one found equally often on most lines, and the more often the better.
func sniff(head []byte, eol byte) rune {
	const lines = 100
	best, bestScore := ',', 0.0
	for _, cand := range candidates {
		perLine, count, quoted := map[int]int{}, 0, false
		seen := 0
		for i, c := range head {
			switch {
			case c == '"':
				quoted = !quoted
			case quoted:
			case c == byte(cand):
				count++
			}
			if !quoted && (c == eol || i == len(head)-1 && seen == 0) {
				perLine[count]++
				count = 0
				seen++
			}
			if seen == lines {
				break
			}
		}
		for n, often := range perLine {
			share := float64(often) / float64(seen)
			// More columns only break ties between equally regular candidates.
			score := share*share + float64(min(n, 50))/1000
			if n > 0 && score > bestScore {
				best, bestScore = cand, score
			}
		}
	}
	return best
}

// read returns the next row. See Reader.Read.
func (c *csvLines) read() ([]string, int, error) {
	line, err := c.next()
	if errors.Is(err, errLong) {
		return nil, c.line, &BadRow{Line: c.line, Key: ReasonLong}
	}
	if err != nil {
		return nil, c.line, err
	}
	start := c.line
	if bytes.IndexByte(line, '"') < 0 {
		return c.plain(line, start)
	}
	return c.quoted(line, start)
}

// plain splits a line without quotes: one allocation for all cells.
func (c *csvLines) plain(line []byte, start int) ([]string, int, error) {
	row := strings.Split(string(trimEOL(line)), string(c.sep))
	return c.checked(row, start)
}

func (c *csvLines) quoted(line []byte, start int) ([]string, int, error) {
	c.cells.reset()
	var kept [][]byte // the lines after the first, should the quote never close
	size := len(line)
	done := c.cells.feed(line, c.sep)
	for !done {
		more, err := c.next()
		switch {
		case err == nil:
			kept = append(kept, bytes.Clone(more))
			size += len(more)
			done = c.cells.feed(more, c.sep)
		case errors.Is(err, errLong):
			kept = append(kept, nil) // its content is gone, its number counts
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, errLong), !done && size > c.limits.Row:
			return nil, start, c.restart(start, kept)
		case err != nil:
			return nil, c.line, err
		}
	}
	return c.checked(c.cells.take(), start)
}

// restart gives up the row that began at line start and puts the lines read
// after its first one back.
func (c *csvLines) restart(start int, kept [][]byte) error {
	c.broken++
	if c.broken > maxBroken {
		return fault.At("file", "sheet.quotes").With("count", maxBroken)
	}
	c.line = start
	c.again = append(kept, c.again...)
	return &BadRow{Line: start, Key: ReasonQuote}
}

func (c *csvLines) checked(row []string, start int) ([]string, int, error) {
	if len(row) > c.limits.Columns {
		return nil, start, &BadRow{Line: start, Key: ReasonColumns}
	}
	for _, cell := range row {
		if len(cell) > c.limits.Cell {
			return nil, start, &BadRow{Line: start, Key: ReasonCell}
		}
	}
	return row, start, nil
}

var errLong = errors.New("sheet: line longer than the limit")

// next returns the next line with its end, valid until the next call. A line
// longer than the limit is passed over as a whole and reported as errLong.
func (c *csvLines) next() ([]byte, error) {
	if len(c.again) > 0 {
		line := c.again[0]
		c.again = c.again[1:]
		c.line++
		return line, nil
	}
	line, err := c.in.ReadSlice(c.eol)
	if err == nil || errors.Is(err, io.EOF) && len(line) > 0 {
		c.line++
		return line, nil
	}
	if !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	whole, long := bytes.Clone(line), false
	for errors.Is(err, bufio.ErrBufferFull) {
		line, err = c.in.ReadSlice(c.eol)
		if long = long || len(whole)+len(line) > c.limits.Row; !long {
			whole = append(whole, line...)
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	c.line++
	if long {
		return nil, errLong
	}
	return whole, nil
}

func trimEOL(line []byte) []byte {
	line = bytes.TrimSuffix(line, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r"))
}
