package web

import (
	"net/http"
	"strconv"
	"time"

	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/report/board"
	"kilter/internal/web/part"
)

// boardDays is how many days of coming and going the dashboard shows.
const boardDays = 28

// boardPage is the desk's dashboard: counters kept with every change, under
// the reader's own scope; each figure opens its list.
type boardPage struct {
	*sight
	Board   board.Board
	Figures []part.Figure
	Charts  []part.Chart
	Tables  []boardTable
}

// boardTable is a share of what is open, each line with its list.
type boardTable struct {
	Title string
	Lines []boardLine
}

type boardLine struct {
	Name, Href string
	N          int
}

func (d *Desk) dashboard(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May("incident.read"); err != nil {
		return err
	}
	p := &boardPage{sight: s}
	ask := board.Ask{Kind: record.Incident, Now: s.Now, Soon: 4 * time.Hour, Days: boardDays, Place: s.Zone()}
	for _, st := range d.Incidents.Flow.States() {
		if d.Incidents.Flow.Live(st) {
			ask.Live = append(ask.Live, st)
		}
	}
	var err error
	if p.Board, err = d.Boards.Board(r.Context(), s.scope(), ask); err != nil {
		return err
	}
	p.fill()
	p.Title = s.T("desk.dashboard")
	p.Needs("charts")
	return Show(w, r, http.StatusOK, boardView(p))
}

// listOf is the address of the list behind a figure.
func listOf(q string) string {
	return listPlace{View: "all", Query: q, Own: true, Chosen: true, Sort: record.SoonDue}.href()
}

func (p *boardPage) fill() {
	b := p.Board
	figure := func(key string, n int, q string, tone part.Tone) {
		p.Figures = append(p.Figures, part.Figure{Name: p.T("desk.board." + key), Value: p.Number(n), Href: listOf(q), Tone: tone})
	}
	figure("open", b.Open, "open:true", "")
	figure("overdue", b.Overdue, "open:true due:<now", part.Vermilion)
	figure("soon", b.Soon, "open:true due:now..now+4h", part.Amber)
	figure("unassigned", b.Unassigned, "open:true owner:none", "")
	if share, ok := b.FirstContact(); ok {
		p.Figures = append(p.Figures, part.Figure{Name: p.T("desk.board.first"), Value: p.Percent(share, 0), Note: p.T("desk.board.days", "n", boardDays)})
	}
	p.Charts = []part.Chart{p.flowChart(), p.ageChart()}
	p.Tables = []boardTable{
		p.shares("team", b.ByTeam), p.shares("service", b.ByService), p.states(), p.shares("priority", b.ByPriority),
	}
}

// flowChart sets what comes in against what goes out.
func (p *boardPage) flowChart() part.Chart {
	c := part.Chart{Title: p.T("desk.board.flow"), Note: p.T("desk.board.days", "n", boardDays), Kind: part.Lines, Axis: p.T("desk.board.day")}
	in, out := part.Series{Name: p.T("desk.board.in"), Tone: part.Slate}, part.Series{Name: p.T("desk.board.out"), Tone: part.Jade}
	for _, d := range p.Board.Days {
		c.Groups = append(c.Groups, d.Day.In(p.Zone()).Format("01-02"))
		in.Values, out.Values = append(in.Values, float64(d.Opened)), append(out.Values, float64(d.Out()))
	}
	c.Series = []part.Series{in, out}
	return c
}

// ageChart says how old is what is open.
func (p *boardPage) ageChart() part.Chart {
	c := part.Chart{Title: p.T("desk.board.ages"), Kind: part.Bars, Axis: p.T("desk.board.age")}
	s := part.Series{Name: p.T("desk.board.open"), Tone: part.Slate}
	for _, a := range p.Board.Ages {
		name := p.T("desk.board.age_span", "from", a.From, "until", a.Until)
		if a.Until == 0 {
			name = p.T("desk.board.age_over", "from", a.From)
		}
		c.Groups, s.Values = append(c.Groups, name), append(s.Values, float64(a.N))
	}
	c.Series = []part.Series{s}
	return c
}

// mostShares bounds the lines of a table on the dashboard.
const mostShares = 12

// shares are the open records by a field, each with its list.
func (p *boardPage) shares(field string, bars []board.Bar) boardTable {
	t := boardTable{Title: p.label(field)}
	for _, b := range bars[:min(len(bars), mostShares)] {
		l := boardLine{N: b.N, Name: p.Thing(b.ID)}
		value := "none"
		switch {
		case field == "priority" && b.ID != 0:
			l.Name, value = p.Priority(int(b.ID)), strconv.FormatInt(b.ID, 10)
		case b.ID == 0:
			l.Name = p.T("desk.board.none")
		default:
			for _, th := range p.All.Of(things[record.Type(field)]) {
				if th.ID == b.ID {
					value = th.Code
				}
			}
		}
		l.Href = listOf(query.All(query.Is("open", "true"), query.Is(field, value)).String())
		t.Lines = append(t.Lines, l)
	}
	return t
}

func (p *boardPage) states() boardTable {
	t := boardTable{Title: p.label("state")}
	for _, b := range p.Board.ByState {
		t.Lines = append(t.Lines, boardLine{Name: p.T("incident.state." + string(b.State)), N: b.N, Href: listOf(query.Is("state", string(b.State)).String())})
	}
	return t
}

// answer is the page's answer in words.
func (p *boardPage) answer() string {
	switch b := p.Board; {
	case b.Overdue > 0:
		return p.N("desk.board.answer_late", b.Overdue)
	case b.Soon > 0:
		return p.N("desk.board.answer_soon", b.Soon)
	case b.Open > 0:
		return p.N("desk.board.answer_open", b.Open)
	}
	return p.T("desk.day.answer_none")
}

// newsDays is how long the public notice board keeps what was posted.
const newsDays = 14

// newsPage is the notice board: what people have been told about major
// incidents of the networks they are cleared for.
type newsPage struct {
	*sight
	Posts []newsPost
}

type newsPost struct {
	Ref, Service, Text string
	Major              bool
	State              part.Status
	At                 time.Time
}

func (d *Desk) news(w http.ResponseWriter, r *http.Request, s *sight) error {
	posts, err := d.Incidents.Board(r.Context(), s.By, s.Now.AddDate(0, 0, -newsDays))
	if err != nil {
		return err
	}
	p := &newsPage{sight: s}
	for _, one := range posts {
		p.Posts = append(p.Posts, newsPost{
			Ref: record.Ref(record.Incident, one.Number), Service: s.Thing(int64(one.Service)), Text: one.Text, Major: one.Major,
			State: s.state(one.State), At: one.At,
		})
	}
	p.Title = s.T("desk.news")
	return Show(w, r, http.StatusOK, newsView(p))
}

// unmerge takes a merge back.
func (d *Desk) unmerge(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refNumber(r.PathValue("ref"))
	if err != nil {
		return err
	}
	one, err := d.Incidents.Unmerge(r.Context(), s.By, n, record.Input{})
	if err != nil {
		return err
	}
	return d.done(w, r, s, one, part.Toast{Text: s.T("desk.unmerged", "ref", one.Ref()), Icon: "git-merge"})
}
