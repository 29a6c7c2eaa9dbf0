package part

import (
	"math"
	"strconv"

	"github.com/a-h/templ"
)

// marks are what the island must know of a chart beside its table.
func (c Chart) marks() templ.Attributes {
	out := templ.Attributes{}
	if c.Ends != nil {
		out["data-low"], out["data-high"] = chartValue(c.Ends[0]), chartValue(c.Ends[1])
	}
	if c.Cross != nil {
		out["data-cross"], out["data-cross-up"] = chartValue(c.Cross[0]), chartValue(c.Cross[1])
	}
	if c.Kind == Quadrant {
		for i, name := range c.Fields {
			out["data-field-"+strconv.Itoa(i)] = name
		}
	}
	return out
}

func (c Chart) spot(i int) templ.Attributes {
	if i >= len(c.Points) {
		return nil
	}
	return templ.Attributes{"data-short": c.Points[i].Short, "data-field": strconv.Itoa(c.Points[i].Field)}
}

// keyed is a sign of a chart and what it stands for.
type keyed struct {
	Sign, Name string
	Tone       Tone
}

// The signs and tones of the fields of a quadrant: each has a shape of its own,
// as colour alone says nothing to some. The island draws the same.
var fieldSigns = [4]keyed{{Sign: "▲", Tone: Vermilion}, {Sign: "●", Tone: Jade}, {Sign: "■", Tone: Slate}, {Sign: "◆", Tone: Amber}}

// ringSigns are the lines of a radar, in the order of its series: drawn through,
// in strokes, in points.
var ringSigns = [3]string{"━", "╍", "┄"}

// key explains the signs of the charts that have some.
func (c Chart) key() []keyed {
	switch c.Kind {
	case Dumbbell:
		if len(c.Series) == 2 {
			return []keyed{{"●", c.Series[0].Name, c.Series[0].Tone}, {"◇", c.Series[1].Name, c.Series[1].Tone}}
		}
	case Radar:
		out := make([]keyed, 0, len(c.Series))
		for i, s := range c.Series {
			out = append(out, keyed{ringSigns[i%len(ringSigns)], s.Name, s.Tone})
		}
		return out
	case Quadrant:
		out := make([]keyed, 0, len(fieldSigns))
		for i, k := range fieldSigns {
			k.Name = c.Fields[i]
			out = append(out, k)
		}
		return out
	}
	return nil
}

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
