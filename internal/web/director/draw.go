package director

import (
	"math"
	"strconv"
	"strings"

	"kilter/internal/practice/maturity"
)

// The drawings are made here and not in the browser: they are there at once, are
// as sharp on paper as on the screen, and each has its table beside it.

func px(x float64) string { return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) }

// dot is a point of a drawing, with what it says.
type dot struct {
	X, Y      string
	Low, High string // ends of its interval
	Label     string
	At        string // "start", "middle" or "end": where its label stands
	Says      string
}

// lineOf is a line through points.
type lineOf struct {
	Width, Height string
	Points        string
	Dots          []dot
}

const (
	lineWidth, lineHeight = 320, 92
	lineLeft, lineRight   = 12, 12
	lineTop, lineFoot     = 24, 20
)

// scale lays values between two ends on the height of a line.
func scale(x, low, high float64) float64 {
	if high <= low {
		return lineTop
	}
	return lineTop + (high-x)/(high-low)*(lineHeight-lineTop-lineFoot)
}

// across is where the i-th of n points stands.
func across(i, n int) float64 {
	if n < 2 {
		return lineWidth / 2
	}
	return lineLeft + float64(i)/float64(n-1)*(lineWidth-lineLeft-lineRight)
}

func anchor(i, n int) string {
	switch {
	case i == 0 && n > 1:
		return "start"
	case i == n-1 && n > 1:
		return "end"
	}
	return "middle"
}

// months draws what was kept in time month by month.
func (p *page) months() lineOf {
	out := lineOf{Width: px(lineWidth), Height: px(lineHeight)}
	low, high := 1.0, 0.0
	for _, m := range p.Service.Months {
		if s, ok := m.Share(); ok {
			low, high = min(low, s), max(high, s)
		}
	}
	low, high = math.Floor(low*20)/20, math.Ceil(high*20)/20 // to the next 5 %
	var points []string
	n := len(p.Service.Months)
	for i, m := range p.Service.Months {
		s, ok := m.Share()
		if !ok {
			continue
		}
		x, y := px(across(i, n)), px(scale(s, low, high))
		points = append(points, x+","+y)
		d := dot{X: x, Y: y, At: anchor(i, n), Says: p.T("director.month_says", "month", p.Month(m.Month), "share", p.Percent(s, 1), "met", p.Number(m.Met), "of", p.Number(m.Met+m.Missed))}
		if i == 0 || i == n-1 {
			d.Label = p.Percent(s, 0)
		}
		out.Dots = append(out.Dots, d)
	}
	out.Points = strings.Join(points, " ")
	return out
}

// waves draws the scores of the last waves with their intervals.
func (p *page) waves() lineOf {
	out := lineOf{Width: px(lineWidth), Height: px(lineHeight)}
	all := p.Satisfaction.Waves
	low, high := math.Inf(1), math.Inf(-1)
	for _, w := range all {
		low, high = min(low, w.Score), max(high, w.Score)
		if w.CI != nil {
			low, high = min(low, w.CI[0]), max(high, w.CI[1])
		}
	}
	room := max((high-low)*.1, .05)
	low, high = low-room, high+room
	var points []string
	for i, w := range all {
		const inset = 22
		at := across(i, len(all))
		if len(all) > 1 {
			at = inset + float64(i)/float64(len(all)-1)*(lineWidth-2*inset)
		}
		x, y := px(at), px(scale(w.Score, low, high))
		points = append(points, x+","+y)
		d := dot{X: x, Y: y, Label: p.Decimal(w.Score, 2), At: "middle", Says: p.T("director.wave_says", "name", p.name(w.Name), "score", p.Decimal(w.Score, 2))}
		if w.CI != nil {
			d.Low, d.High = px(scale(w.CI[0], low, high)), px(scale(w.CI[1], low, high))
		}
		out.Dots = append(out.Dots, d)
	}
	out.Points = strings.Join(points, " ")
	return out
}

// The size of the radar.
const (
	radarSize   = 300
	radarMiddle = radarSize / 2
	radarReach  = 112
	radarLabel  = 130
	mostLevel   = 5
)

// radarOf is the processes around a middle.
type radarOf struct {
	Size         string
	Rings        []string // polygons of the levels 1 to 5
	Axes, Labels []dot
	Is, Was      string
	Should       []string // lines between neighbours that have a target
	Marks        []dot    // where a process is
	HasEarlier   bool
}

func spoke(i, n int, reach float64) (x, y float64) {
	turn := 2*math.Pi*float64(i)/float64(n) - math.Pi/2
	return radarMiddle + reach*math.Cos(turn), radarMiddle + reach*math.Sin(turn)
}

func ring(n int, of func(i int) float64) string {
	points := make([]string, n)
	for i := range n {
		x, y := spoke(i, n, radarReach*of(i)/mostLevel)
		points[i] = px(x) + "," + px(y)
	}
	return strings.Join(points, " ")
}

// radar draws the levels of the processes against their targets.
func (p *page) radar() radarOf {
	all := p.Maturity.Processes
	n := len(all)
	out := radarOf{Size: px(radarSize)}
	for level := 1; level <= mostLevel; level++ {
		out.Rings = append(out.Rings, ring(n, func(int) float64 { return float64(level) }))
	}
	for i, one := range all {
		x, y := spoke(i, n, radarReach)
		out.Axes = append(out.Axes, dot{X: px(x), Y: px(y)})
		x, y = spoke(i, n, radarLabel)
		at := "middle"
		switch {
		case x < radarMiddle-20:
			at = "end"
		case x > radarMiddle+20:
			at = "start"
		}
		out.Labels = append(out.Labels, dot{X: px(x), Y: px(y + 4), Label: string(one.Process), At: at})
		x, y = spoke(i, n, radarReach*value(one.Level)/mostLevel)
		out.Marks = append(out.Marks, dot{X: px(x), Y: px(y), Says: p.T("director.radar_point", "process", p.process(one.Process), "level", one.Level.String())})
		out.HasEarlier = out.HasEarlier || one.Was
	}
	out.Is = ring(n, func(i int) float64 { return value(all[i].Level) })
	out.Should = p.targets()
	out.Was = ring(n, func(i int) float64 { return value(all[i].Before) })
	return out
}

// targets are lines from each target to the next; where a process has none there
// is no line.
func (p *page) targets() (out []string) {
	all := p.Maturity.Processes
	at := func(i int) string {
		x, y := spoke(i, len(all), radarReach*value(all[i].Target)/mostLevel)
		return px(x) + "," + px(y)
	}
	for i := range all {
		j := (i + 1) % len(all)
		if all[i].Target > maturity.None && all[j].Target > maturity.None {
			out = append(out, at(i)+" "+at(j))
		}
	}
	return out
}

// value is a level as a length; none is the middle.
func value(l maturity.Level) float64 { return max(0, l.Number()) }

// bar is how long a bar is of something between 0 and 1, in a drawing 100 wide.
func bar(x float64) string { return px(math.Max(0, math.Min(1, x)) * 100) }
