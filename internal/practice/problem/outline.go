package problem

import (
	"strings"
	"time"

	"kilter/internal/base/fault"
)

// Trees and timelines are written as plain lines, so that they can be edited
// with nothing but a keyboard.

// ReadOutline reads a tree from lines that are indented: what stands further in
// than the line above is below it. Tabs count for two; a leading dash is no part
// of the text; empty lines are none.
func ReadOutline(text string) (out []Line) {
	var margins []int // of the lines above, from the outermost in
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\t", "  "), "\n") {
		body := strings.TrimLeft(line, " \u3000")
		in := len([]rune(line)) - len([]rune(body))
		body = strings.TrimSpace(strings.TrimPrefix(body, "- "))
		if body == "" {
			continue
		}
		for len(margins) > 0 && margins[len(margins)-1] >= in {
			margins = margins[:len(margins)-1]
		}
		out = append(out, Line{len(margins), body})
		margins = append(margins, in)
	}
	return out
}

// WriteOutline writes what ReadOutline reads.
func WriteOutline(lines []Line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.Repeat("  ", l.Depth) + l.Text + "\n")
	}
	return b.String()
}

const factTime = "2006-01-02 15:04"

// ReadFacts reads a timeline from lines "2026-11-28 09:30 what happened", in a
// time zone; the record that tells it may stand in brackets ahead of the text.
func ReadFacts(text string, zone *time.Location) (out []Fact, many fault.Many) {
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		day, rest, _ := strings.Cut(line, " ")
		clock, said, _ := strings.Cut(strings.TrimSpace(rest), " ")
		at, err := time.ParseInLocation(factTime, day+" "+clock, zone)
		f := Fact{At: at.UTC(), Text: strings.TrimSpace(said)}
		if tail, ok := strings.CutPrefix(f.Text, "["); ok {
			if source, body, ok := strings.Cut(tail, "]"); ok {
				f.Source, f.Text = strings.TrimSpace(source), strings.TrimSpace(body)
			}
		}
		if err != nil || f.Text == "" {
			many = append(many, fault.At("facts", "problem.bad_fact").With("line", n))
			continue
		}
		out = append(out, f)
	}
	return out, many
}

// WriteFacts writes what ReadFacts reads.
func WriteFacts(facts []Fact, zone *time.Location) string {
	var b strings.Builder
	for _, f := range facts {
		b.WriteString(f.At.In(zone).Format(factTime) + " ")
		if f.Source != "" {
			b.WriteString("[" + f.Source + "] ")
		}
		b.WriteString(strings.ReplaceAll(f.Text, "\n", " ") + "\n")
	}
	return b.String()
}
