package web

import (
	"net/http"

	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// dayPage is "my day": what needs the one who looks, the nearest first.
type dayPage struct {
	*sight
	Figures []part.Figure
	Blocks  []dayBlock
	Answer  string
}

// dayBlock is one reason why something needs somebody, with its first records.
type dayBlock struct {
	Title, Href string
	Rows        []listRow
}

func (d *Desk) myDay(w http.ResponseWriter, r *http.Request, s *sight) error {
	p := &dayPage{sight: s}
	p.Title = s.T("desk.my_day")
	if s.By.Can("incident.read") {
		if err := p.fill(); err != nil {
			return err
		}
	}
	s.frameViews(listPlace{View: "none"})
	return Show(w, r, http.StatusOK, dayView(p))
}

// dayLists are the lists of my day: every figure opens exactly its list.
var dayLists = []struct {
	key, query string
	sort       record.Order
	shown      bool
	tone       part.Tone
}{
	{"late", "open:true owner:me due:<now", record.SoonDue, true, part.Vermilion},
	{"soon", "open:true owner:me due:now..now+4h", record.SoonDue, true, part.Amber},
	{"mine", "open:true owner:me", record.SoonDue, true, ""},
	{"waiting", "state:pending owner:me", record.Latest, false, ""},
	{"take", "open:true owner:none team:my-teams", record.SoonDue, true, ""},
	{"watched", "open:true watcher:me", record.Latest, false, ""},
}

func (p *dayPage) fill() error {
	first := map[string]int{}
	for _, l := range dayLists {
		place := listPlace{View: "all", Query: l.query, Own: true, Sort: l.sort}
		n, err := p.count(place, 1000)
		if err != nil {
			return err
		}
		first[l.key] = n
		p.Figures = append(p.Figures, part.Figure{Name: p.T("desk.day." + l.key), Value: p.few(n, 1000), Href: place.href(), Tone: l.tone})
		if !l.shown || n == 0 || l.key == "mine" && first["late"]+first["soon"] >= n {
			continue
		}
		q, err := p.asks(place, 8)
		if err != nil {
			return err
		}
		rows, err := p.desk.Ledger.List(p.ctx, p.scope(), q)
		if err != nil {
			return err
		}
		b := dayBlock{Title: p.T("desk.day." + l.key), Href: place.href()}
		if b.Rows, err = p.clocked(rows); err != nil {
			return err
		}
		p.Blocks = append(p.Blocks, b)
	}
	switch {
	case first["late"] > 0:
		p.Answer = p.N("desk.day.answer_late", first["late"])
	case first["soon"] > 0:
		p.Answer = p.N("desk.day.answer_soon", first["soon"])
	case first["mine"] > 0:
		p.Answer = p.N("desk.day.answer_mine", first["mine"])
	default:
		p.Answer = p.T("desk.day.answer_none")
	}
	return nil
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
