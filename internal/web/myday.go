package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"kilter/internal/practice/notice"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/record"
	"kilter/internal/practice/view"
	"kilter/internal/web/part"
)

// dayPage is "my day": what needs the one who looks, the nearest first.
type dayPage struct {
	*sight
	Figures  []part.Figure
	Blocks   []dayBlock
	Mentions []notice.Group
	Begun    []begun
	Duty     []onDuty
	Runs     []operation.Run   // of recurring operations, today
	Rooms    []templ.Component // what rooms have for today
	Grades   []record.Graded   // bad grades that the reader has to answer
	Answer   string
}

// dayBlock is one reason why something needs somebody, with its first records.
type dayBlock struct {
	Title, Href string
	Rows        []listRow
}

// begun is a text that was begun and not sent.
type begun struct {
	Label, Text, Href string
	At                time.Time
}

// onDuty is a team of the reader's with who has its duty now.
type onDuty struct {
	Team  string
	Names []string
	Mine  bool
}

// What my day reads at most of a kind.
const (
	dayRows     = 8
	dayNotices  = 200
	dayMentions = 10
)

func (d *Desk) myDay(w http.ResponseWriter, r *http.Request, s *sight) error {
	p := &dayPage{sight: s}
	p.Title = s.T("desk.my_day")
	if s.By.Can("incident.read") {
		if err := p.fill(); err != nil {
			return err
		}
		if err := p.roomDays(r); err != nil {
			return err
		}
	}
	s.frameViews(listPlace{View: "none"})
	return Show(w, r, http.StatusOK, dayView(p))
}

// dayTones colour what is pressing; dayBrief
// are counted and not listed.
var (
	dayTones = map[string]part.Tone{"late": part.Vermilion, "breaching": part.Amber}
	dayBrief = []string{"waiting", "watched"}
	dayRare  = []string{"to_confirm", "watched"} // not shown when there is none
)

func (p *dayPage) fill() error {
	n := map[string]int{}
	if p.desk.Views != nil {
		errands, err := p.desk.Views.Day(p.ctx, p.By, record.Incident, dayRows)
		if err != nil {
			return err
		}
		for _, e := range errands {
			n[e.Code] = e.N
			if err := p.errand(e); err != nil {
				return err
			}
		}
	}
	for _, read := range []func() error{p.mentions, p.drafts, p.graded, p.routines} {
		if err := read(); err != nil {
			return err
		}
	}
	p.duty()
	mine := n["late"] + n["breaching"] + n["to_accept"] + n["working"] + n["waiting"]
	switch {
	case n["late"] > 0:
		p.Answer = p.N("desk.day.answer_late", n["late"])
	case n["breaching"] > 0:
		p.Answer = p.N("desk.day.answer_soon", n["breaching"])
	case mine > 0:
		p.Answer = p.N("desk.day.answer_mine", n["to_accept"]+n["working"]+n["waiting"])
	default:
		p.Answer = p.T("desk.day.answer_none")
	}
	return nil
}

// errand adds a figure that opens exactly its list, and the list's first rows.
func (p *dayPage) errand(e view.Errand) error {
	place := listPlace{path: p.of.Path, View: "all", Query: e.Query, Own: true, Chosen: true, Sort: e.Order}
	title := p.T("view.day." + e.Code)
	if e.N == 0 && slices.Contains(dayRare, e.Code) {
		return nil
	}
	f := part.Figure{Name: title, Value: p.few(e.N, view.MostCounted+1), Href: place.href()}
	if e.N > 0 {
		f.Tone = dayTones[e.Code]
	}
	p.Figures = append(p.Figures, f)
	if len(e.Rows) == 0 || slices.Contains(dayBrief, e.Code) {
		return nil
	}
	p.Blocks = append(p.Blocks, dayBlock{Title: title, Href: place.href(), Rows: p.clocked(e.Rows)})
	return nil
}

// mentions are the records in which somebody has named the reader, and he has
// not read it yet.
func (p *dayPage) mentions() error {
	if p.desk.Notices == nil {
		return nil
	}
	all, err := p.desk.Notices.List(p.ctx, p.scope(), p.By.ID, dayNotices)
	if err != nil {
		return err
	}
	for _, g := range all {
		if g.What == notice.Mentioned && g.Unread > 0 && len(p.Mentions) < dayMentions {
			p.Mentions = append(p.Mentions, g)
		}
	}
	if len(p.Mentions) > 0 {
		p.Figures = append(p.Figures, part.Figure{Name: p.T("desk.day.mentions"), Value: p.Number(len(p.Mentions)), Href: "#mentions"})
	}
	return nil
}

// drafts are the texts that the reader has begun.
func (p *dayPage) drafts() error {
	if p.desk.Drafts == nil {
		return nil
	}
	all, err := p.desk.Drafts.List(p.ctx, p.By.ID)
	if err != nil {
		return err
	}
	for _, d := range all {
		one := begun{At: d.At}
		ref, kind, ok := strings.Cut(d.Place, ".")
		k, _, err := record.ParseRef(ref)
		switch {
		case d.Place == callDraft:
			one.Label, one.Href = p.T("desk.call_title"), "/incidents/new"
		case ok && err == nil:
			one.Label, one.Href = p.T("desk.write_"+kind)+" · "+ref, RecordHref(record.Row{Head: mustHead(k, ref)})
		default:
			continue // of another page
		}
		doc, err := p.draft(d.Place)
		if err != nil {
			return err
		}
		one.Text = Cut(doc.Text, 90)
		if title := doc.Fields.Get("title"); d.Place == callDraft {
			one.Text = Cut(title, 90)
		}
		if one.Text != "" {
			p.Begun = append(p.Begun, one)
		}
	}
	if len(p.Begun) > 0 {
		p.Figures = append(p.Figures, part.Figure{Name: p.T("desk.day.drafts"), Value: p.Number(len(p.Begun)), Href: "#drafts"})
	}
	return nil
}

// graded are the grades that the reader has to answer.
func (p *dayPage) graded() error {
	if p.desk.Grades == nil {
		return nil
	}
	var err error
	if p.Grades, err = p.desk.Grades.List(p.ctx, p.By, record.GradeQuery{Open: true, Who: p.By.ID, Limit: dayRows}); err != nil || len(p.Grades) == 0 {
		return err
	}
	f := part.Figure{Name: p.T("grade.day"), Value: p.few(len(p.Grades), dayRows), Href: gradesPath + "?show=mine", Tone: part.Amber}
	if p.Grades[0].Late(p.Now) {
		f.Tone = part.Vermilion
	}
	p.Figures = append(p.Figures, f)
	return nil
}

// mustHead is the head that a number, read before, belongs to.
func mustHead(k record.Kind, ref string) record.Head {
	_, n, _ := record.ParseRef(ref) // it has been read already
	return record.Head{Kind: k, Number: n}
}

// duty is who of the reader's teams is on duty now.
func (p *dayPage) duty() {
	if p.desk.OnDuty == nil {
		return
	}
	for _, t := range p.By.Teams {
		one := onDuty{Team: p.Thing(int64(t))}
		for _, id := range p.desk.OnDuty(t, p.Now) {
			one.Names = append(one.Names, p.Name(id))
			one.Mine = one.Mine || id == p.By.ID
		}
		if len(one.Names) > 0 {
			p.Duty = append(p.Duty, one)
		}
	}
}

// hello greets by the hour where the reader is.
func (p *dayPage) hello() string {
	switch h := p.Now.In(p.Zone()).Hour(); {
	case h < 5 || h >= 18:
		return p.T("desk.hello.evening", "name", p.By.Name)
	case h < 12:
		return p.T("desk.hello.morning", "name", p.By.Name)
	}
	return p.T("desk.hello.afternoon", "name", p.By.Name)
}

// colleagues are the names of a team on duty, "you" for the reader.
func (p *dayPage) colleagues(d onDuty) string {
	return strings.Join(d.Names, p.T("list.comma"))
}
