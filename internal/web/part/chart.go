package part

import "math"

// known reports whether series s has data for group i.
func known(s Series, i int) bool { return i < len(s.Values) && !math.IsNaN(s.Values[i]) }

func twinValue(s Series, i int) string {
	if !known(s, i) {
		return ""
	}
	return chartValue(s.Values[i])
}

func twinText(w W, c Chart, s Series, i int) string {
	if !known(s, i) {
		return "–"
	}
	return w.Decimal(s.Values[i], max(c.Digits, s.Digits))
}
