package lang

import (
	"math"
	"strconv"
	"strings"
)

// Number groups a whole number by thousands: 12,480. Both languages do it so.
func (p *Printer) Number(n int) string { return group(strconv.Itoa(n)) }

// Decimal writes x with the given number of digits after the point; a number
// that is not one (no data) is a dash.
func (p *Printer) Decimal(x float64, digits int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "–"
	}
	return group(strconv.FormatFloat(x, 'f', digits, 64))
}

// Percent writes a share: 0.934 with one digit is 93.4 %.
func (p *Printer) Percent(share float64, digits int) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return "–"
	}
	if p.lang == Chinese {
		return p.Decimal(share*100, digits) + "%"
	}
	return p.Decimal(share*100, digits) + " %"
}

// Size writes a number of bytes in the unit a person thinks in, as the file
// managers of office machines count: 1.4 MB, and a limit of 25 MB is 25 MB.
func (p *Printer) Size(bytes int64) string {
	units := []string{"B", "KB", "MB", "GB", "TB"}
	x, unit := float64(bytes), 0
	for x >= 1024 && unit < len(units)-1 {
		x, unit = x/1024, unit+1
	}
	digits := 1
	if unit == 0 || x >= 100 || x == math.Trunc(x) {
		digits = 0
	}
	return p.Decimal(x, digits) + " " + units[unit]
}

// group puts a comma between thousands and a true minus before a negative.
func group(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "−", s[1:]
	}
	whole, fraction, hasFraction := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if hasFraction {
		whole += "." + fraction
	}
	return sign + whole
}

// List joins words as a sentence does: "a, b and c".
func (p *Printer) List(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], p.T("list.comma")) + p.T("list.and") + words[last]
}
