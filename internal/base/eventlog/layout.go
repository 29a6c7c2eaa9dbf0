package eventlog

import (
	"strings"

	"kilter/internal/base/fault"
)

// words are the parts of a Go layout, longest first where one begins another,
// with what they become to accept values without leading zeros.
var words = [][2]string{
	{"2006", "2006"},
	{"002", "002"},
	{"January", "January"},
	{"Jan", "Jan"},
	{"Monday", "Monday"},
	{"Mon", "Mon"},
	{"MST", "MST"},
	{"Z07:00", "Z0700"},
	{"Z0700", "Z0700"},
	{"Z07", "Z07"},
	{"-07:00", "Z0700"},
	{"-0700", "Z0700"},
	{"-07", "-07"},
	{"01", "1"},
	{"02", "2"},
	{"_2", "2"},
	{"03", "3"},
	{"04", "4"},
	{"05", "5"},
	{"06", "06"},
	{"15", "15"},
}

// relax makes a Go layout accept values without leading zeros and with any
// fraction of a second (which Go accepts after the seconds by itself).
func relax(layout string) string {
	var out strings.Builder
next:
	for i := 0; i < len(layout); {
		if n := fraction(layout[i:]); n > 0 && strings.HasSuffix(out.String(), "5") {
			i += n
			continue
		}
		for _, w := range words {
			if strings.HasPrefix(layout[i:], w[0]) {
				out.WriteString(w[1])
				i += len(w[0])
				continue next
			}
		}
		out.WriteByte(layout[i])
		i++
	}
	return out.String()
}

// fraction is the length of ".000" or ",999" at the beginning of s, or 0.
func fraction(s string) int {
	if s[0] != '.' && s[0] != ',' {
		return 0
	}
	n := 1
	for n < len(s) && (s[n] == '0' || s[n] == '9') {
		n++
	}
	if n == 1 {
		return 0
	}
	return n
}

var signs = map[byte]string{
	'Y': "2006", 'y': "06", 'm': "1", 'd': "2", 'e': "2", 'H': "15", 'k': "15", 'I': "3", 'l': "3", 'M': "4", 'S': "5",
	'p': "PM", 'P': "PM", 'b': "Jan", 'h': "Jan", 'B': "January", 'a': "Mon", 'A': "Monday", 'z': "Z0700", 'Z': "MST", 'j': "002",
	'T': "15:4:5", 'R': "15:4", 'F': "2006-1-2", 'D': "1/2/06", 'n': " ", 't': " ", '%': "%",
}

// fromSigns turns strftime's signs into a Go layout.
func fromSigns(format string) (string, error) {
	var out strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			out.WriteByte(format[i])
			continue
		}
		if i++; i < len(format) && (format[i] == '-' || format[i] == '_' || format[i] == '0') {
			i++ // how to pad, of no concern on reading
		}
		if i == len(format) {
			return "", badSign(format, "%")
		}
		if c := format[i]; c == 'f' || c == 'L' || c == 'N' || c == '3' {
			if c == '3' { // %3N
				i++
			}
			text := out.String()
			if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, ",") {
				return "", badSign(format, "%f")
			}
			out.Reset()
			out.WriteString(text[:len(text)-1])
			continue
		}
		part, ok := signs[format[i]]
		if !ok {
			return "", badSign(format, "%"+string(format[i]))
		}
		out.WriteString(part)
	}
	return out.String(), nil
}

func badSign(format, sign string) error {
	return fault.At("format", "eventlog.time_format").With("format", format).With("sign", sign)
}

// letters is the state of reading a format of letters.
type letters struct {
	out          strings.Builder
	hour, minute bool
	month        bool
}

// fromLetters turns yyyy-MM-dd HH:mm:ss and its kin into a Go layout. Whether
// mm means month or minute shows from its place: minutes follow hours.
func fromLetters(format string) (string, error) {
	var l letters
	half := strings.ContainsAny(strings.NewReplacer("AM/PM", "a", "am/pm", "a", "tt", "a").Replace(format), "aA")
	for i := 0; i < len(format); {
		c := format[i]
		if c == '\'' { // text between quotes stands for itself
			end := strings.IndexByte(format[i+1:], '\'')
			if end < 0 {
				return "", badSign(format, "'")
			}
			l.out.WriteString(format[i+1 : i+1+end])
			i += end + 2
			continue
		}
		if !isLetter(c) || c == 'T' {
			l.out.WriteByte(c)
			i++
			continue
		}
		if len(format) >= i+5 && strings.EqualFold(format[i:i+5], "AM/PM") {
			l.out.WriteString("PM")
			i += 5
			continue
		}
		n := 1
		for i+n < len(format) && format[i+n] == c {
			n++
		}
		if !l.run(c, n, half) {
			return "", badSign(format, format[i:i+n])
		}
		i += n
	}
	return l.out.String(), nil
}

// run takes n equal letters.
func (l *letters) run(c byte, n int, half bool) bool {
	switch c {
	case 'y', 'Y', 'u':
		return l.pick(n >= 3, "2006", "06")
	case 'd', 'D':
		return l.put("2")
	case 'H', 'k', 'h', 'K':
		l.hour = true
		return l.pick(half, "3", "15")
	case 'm', 'M':
		if l.hour && !l.minute && (c == 'm' || l.month) && n <= 2 {
			l.minute = true
			return l.put("4")
		}
		l.month = true
		switch {
		case n >= 4:
			return l.put("January")
		case n == 3:
			return l.put("Jan")
		}
		return l.put("1")
	case 's':
		return l.put("5")
	case 'S', 'f', 'F', 'n':
		text := l.out.String()
		if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, ",") {
			return c == 'S' && l.minute && l.put("5")
		}
		l.out.Reset()
		return l.put(text[:len(text)-1])
	case 'a', 'A', 't':
		return l.put("PM")
	case 'X', 'x', 'Z':
		return l.put("Z0700")
	case 'z':
		return l.put("MST")
	case 'E':
		return l.pick(n >= 4, "Monday", "Mon")
	}
	return false
}

func (l *letters) put(s string) bool {
	l.out.WriteString(s)
	return true
}

func (l *letters) pick(first bool, a, b string) bool {
	if first {
		return l.put(a)
	}
	return l.put(b)
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
