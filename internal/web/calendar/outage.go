package calendar

import (
	"net/http"
	"strconv"
	"time"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/change"
	"kilter/internal/practice/handoff"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// outagePage is the projected service outage.
type outagePage struct {
	*sight
	By3     bool // by quarters, not by months
	Periods []change.Span
	Rows    []handoff.Outage
}

// The table looks so many periods ahead.
const (
	monthsAhead   = 6
	quartersAhead = 4
)

func (s *sight) projected(r *http.Request) (*outagePage, error) {
	p := &outagePage{sight: s, By3: r.URL.Query().Get("by") == "quarter"}
	p.Title = s.T("schedule.outages")
	s.places("outages")
	now := s.Now.In(s.Zone())
	first, step, n := now.Month(), 1, monthsAhead
	if p.By3 {
		first, step, n = (now.Month()-1)/3*3+1, 3, quartersAhead
	}
	for i := range n {
		at := func(k int) time.Time {
			return time.Date(now.Year(), first+time.Month(step*k), 1, 0, 0, 0, 0, s.Zone()).UTC()
		}
		p.Periods = append(p.Periods, change.Span{From: at(i), Until: at(i + 1)})
	}
	var err error
	p.Rows, err = s.Schedule.Outages(s.ctx, s.By, p.Periods)
	return p, err
}

func (s *sight) outages(w http.ResponseWriter, r *http.Request) error {
	p, err := s.projected(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, outagesView(p))
}

func (s *sight) printOutages(w http.ResponseWriter, r *http.Request) error {
	p, err := s.projected(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, outagesPaper(p))
}

func (s *sight) saveOutages(w http.ResponseWriter, r *http.Request) error {
	as, err := web.SavedAs(r)
	if err != nil {
		return err
	}
	p, err := s.projected(r)
	if err != nil {
		return err
	}
	return web.Saved{As: as, Name: p.Title + " " + s.Today(), Title: p.Title}.Write(w, func(out sheet.Writer) error {
		head := []string{s.Label("service")}
		for _, one := range p.Periods {
			head = append(head, p.period(one)+" ("+s.T("schedule.minutes")+")")
		}
		if err := out.Header(append(head, s.T("schedule.total")+" ("+s.T("schedule.minutes")+")", s.T("schedule.work"))...); err != nil {
			return err
		}
		for _, o := range p.Rows {
			cells := []sheet.Cell{sheet.Text(s.Thing(int64(o.Service)))}
			for _, d := range o.Length {
				cells = append(cells, sheet.Int(int64(d.Minutes())))
			}
			from := ""
			for i, one := range o.Work {
				if i > 0 {
					from += "; "
				}
				from += called(one)
			}
			if err := out.Row(append(cells, sheet.Int(int64(o.Total.Minutes())), sheet.Text(from))...); err != nil {
				return err
			}
		}
		return out.Close()
	})
}

// period is what a month or a quarter is called.
func (p *outagePage) period(s change.Span) string {
	at := s.From.In(p.Zone())
	if p.By3 {
		return strconv.Itoa(at.Year()) + " Q" + strconv.Itoa((int(at.Month())+2)/3)
	}
	return at.Format("2006-01")
}

func (p *outagePage) columns() []part.Column {
	out := []part.Column{{Label: p.Label("service")}}
	for _, one := range p.Periods {
		out = append(out, part.Column{Label: p.period(one)})
	}
	return append(out, part.Column{Label: p.T("schedule.total")}, part.Column{Label: p.T("schedule.work")})
}

func (p *outagePage) href(rest, by string) string {
	return Path + "/outages" + rest + "?by=" + by
}

func (p *outagePage) by() string {
	if p.By3 {
		return "quarter"
	}
	return "month"
}

// long is how long something is, "–" for not at all.
func (p *outagePage) long(d time.Duration) string {
	if d == 0 {
		return "–"
	}
	return p.Duration(d)
}
