// Package review is the pages of management reviews: which are called, what each
// has to talk about with its figures filled in, what was found and decided, and
// what is to be seen to since.
package review

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Path is where reviews are.
const Path = "/reviews"

// Pages are these pages. App gives them the room.
type Pages struct {
	Reviews *review.Room
	Staff   func(context.Context) ([]people.Person, error)
	Files   record.Files // content of files
}

// formLimit is enough for a checklist with all its evidence.
const formLimit = 1 << 19

// Room is these pages as the house mounts them.
func (p *Pages) Room() web.Room {
	const read, hold = review.DeedRead, review.DeedHold
	one := Path + "/{id}"
	return web.Room{
		Name: "review", Beside: p.beside,
		Pages: []web.Page{
			web.ForStaff("GET "+Path, read, p.page((*sight).list)),
			web.ForStaff("GET "+Path+"/export", read, p.page((*sight).exportList)),
			web.ForStaff("GET "+one+"/export", read, p.page((*sight).export)),
			web.ForStaff("GET "+Path+"/new", hold, p.page((*sight).callForm)),
			web.ForStaff("POST "+Path+"/new", hold, p.page((*sight).call)),
			web.ForStaff("GET "+one, read, p.page((*sight).show)),
			web.ForStaff("GET "+one+"/arrange", hold, p.page((*sight).callForm)),
			web.ForStaff("POST "+one+"/arrange", hold, p.page((*sight).call)),
			web.ForStaff("POST "+one+"/write", hold, p.page((*sight).write)).Takes(formLimit, web.BodyTime),
			web.ForStaff("POST "+one+"/decide", hold, p.page((*sight).decide)),
			web.ForStaff("POST "+one+"/call_off", hold, p.page((*sight).callOff)),
			web.ForStaff("POST "+one+"/close", hold, p.page((*sight).close)),
			web.ForStaff("POST "+one+"/files", read, p.page((*sight).attach)).Takes(fileLimit, fileTime),
			web.ForStaff("GET "+one+"/files/{file}", read, p.page((*sight).file)),
			web.ForStaff("POST "+one+"/files/{file}/remove", read, p.page((*sight).detach)),
			web.ForStaff("POST "+one+"/{list}", hold, p.page((*sight).add)),
			web.ForStaff("POST "+one+"/{list}/{n}", read, p.page((*sight).done)),
		},
	}
}

// sight is one request.
type sight struct {
	*web.Sight
	*Pages
	ctx context.Context // a sight lives as long as its request
}

func (p *Pages) page(h func(*sight, http.ResponseWriter, *http.Request) error) web.StaffPage {
	return func(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
		s.Lists()
		s.Needs("director")
		return h(&sight{Sight: s, Pages: p, ctx: r.Context()}, w, r)
	}
}

func (p *Pages) beside(f *web.Frame, by people.Actor) []part.Link {
	if !by.Can(review.DeedRead) {
		return nil
	}
	return []part.Link{{Label: f.T("review.title"), Href: Path, Icon: "clipboard-list"}}
}

func href(id int64) string { return Path + "/" + strconv.FormatInt(id, 10) }

func (s *sight) name(t people.Text) string { return t.In(string(s.Lang())) }

// stand is how a review stands: its state, or its decision.
func (s *sight) stand(r *review.Review) (tone part.Tone, icon, word string) {
	switch r.State {
	case review.CalledOff:
		return part.Plain, "x", s.T("review.state.called_off")
	case review.Called:
		if r.At.Before(s.Now) {
			return part.Amber, "clock", s.T("review.state.due")
		}
		return part.Slate, "calendar-event", s.T("review.state.called")
	case review.Held:
	}
	word = s.T("review.decision." + string(r.Decision))
	switch r.Decision {
	case review.NoGo:
		return part.Vermilion, "hand-stop", word
	case review.Conditional, review.Returned, review.ToAct:
		return part.Amber, "flag", word
	case review.Go, review.InOrder, review.Undecided:
	}
	return part.Jade, "check", word
}

// listPage is all reviews.
type listPage struct {
	*sight
	Coming, Past []review.Review
	Undone       []review.Placed
}

func (s *sight) list(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Reviews.List(s.ctx, s.By, review.Wanted{})
	if err != nil {
		return err
	}
	p := &listPage{sight: s, Undone: review.Undone(all)}
	slices.SortStableFunc(p.Undone, func(a, b review.Placed) int { return a.Due.Compare(b.Due) })
	for _, one := range all {
		if one.State == review.Called {
			p.Coming = append(p.Coming, one)
		} else {
			p.Past = append(p.Past, one)
		}
	}
	slices.Reverse(p.Coming)
	s.Title = s.T("review.title")
	return web.Show(w, r, http.StatusOK, listView(p))
}

// answer is the list in a sentence.
func (p *listPage) answer() string {
	late := 0
	for _, d := range p.Undone {
		if d.Overdue(p.Day()) {
			late++
		}
	}
	if late > 0 {
		return p.N("review.says_late", late)
	}
	if len(p.Coming) > 0 {
		return p.T("review.says_next", "name", p.name(p.Coming[0].Name), "at", p.DateTime(p.Coming[0].At))
	}
	return p.T("review.says_none")
}

// callPage calls a review, or arranges one.
type callPage struct {
	*sight
	One  *review.Review
	Form *web.Form
}

func (s *sight) calling(r *http.Request) (*callPage, error) {
	p := &callPage{sight: s, One: &review.Review{Kind: review.Operations, State: review.Called}}
	s.Needs("choose")
	s.Title = s.T("review.call")
	if r.PathValue("id") == "" {
		if k := review.Kind(r.URL.Query().Get("kind")); slices.Contains(review.Kinds, k) {
			p.One.Kind = k
		}
		return p, nil
	}
	var err error
	p.One, err = s.Reviews.Find(s.ctx, s.By, web.PathID(r, "id"))
	s.Title = s.T("review.arrange")
	return p, err
}

func (s *sight) callForm(w http.ResponseWriter, r *http.Request) error {
	p, err := s.calling(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, callView(p))
}

func (p *callPage) version() string { return strconv.FormatInt(p.One.Version, 10) }

func (p *callPage) action() string {
	if p.One.ID == 0 {
		return Path + "/new"
	}
	return href(p.One.ID) + "/arrange"
}

func (p *callPage) fields() []part.Field {
	one := p.One
	var out []part.Field
	if one.ID == 0 {
		kind := part.Field{Name: "kind", Label: p.T("review.kind"), Kind: part.Choice, Required: true, Narrow: true, Value: string(one.Kind)}
		for _, k := range review.Kinds {
			kind.Options = append(kind.Options, part.Option{Value: string(k), Label: p.T("review.kind." + string(k))})
		}
		out = append(out, kind)
		if p.By.Can("change.read") {
			out = append(out, part.Field{Name: "change", Label: p.T("review.change"), Help: p.T("review.change_help"), Narrow: true, Max: 40})
		}
	}
	at := ""
	if !one.At.IsZero() {
		at = one.At.In(p.Zone()).Format(web.TypedMoment)
	}
	chair := part.Field{Name: "chair", Label: p.T("review.chair"), Help: p.T("review.chair_help"), Kind: part.Choose, Load: "/people", Plain: true}
	if one.Chair != 0 {
		chair.Value = one.Chair.String()
		chair.Options = []part.Option{{Value: chair.Value, Label: p.Somebody(one.Chair)}}
	}
	return p.Form.Fields(append(out,
		part.Field{Name: "name_en", Label: p.T("maturity.name_en"), Value: one.Name.En, Max: 200, Required: true},
		part.Field{Name: "name_zh", Label: p.T("maturity.name_zh"), Value: one.Name.Zh, Max: 200},
		part.Field{Name: "at", Label: p.T("review.at"), Kind: part.DateTime, Value: at, Required: true, Narrow: true},
		part.Field{Name: "place", Label: p.T("review.place"), Value: one.Place, Max: 200, Plain: true},
		part.Field{Name: "from", Label: p.T("review.from"), Help: p.T("review.from_help"), Kind: part.Date, Value: dateOf(one.From), Narrow: true, Plain: true},
		part.Field{Name: "until", Label: p.T("review.until"), Kind: part.Date, Value: dateOf(one.Until), Narrow: true, Plain: true},
		chair, p.againField())...)
}

// againField asks whether the next one is called by itself.
func (p *callPage) againField() part.Field {
	return part.Field{Name: "again", Label: p.T("review.again"), Help: p.T("review.again_help"), Kind: part.Toggle, Value: yes(p.One.Again()), Plain: true}
}

func yes(on bool) string {
	if on {
		return "yes"
	}
	return ""
}

func dateOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func (s *sight) call(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	p, err := s.calling(r)
	if err != nil {
		return err
	}
	p.Form = f
	c := review.Call{Kind: review.Kind(f.Get("kind")), Name: people.Text{En: f.Get("name_en"), Zh: f.Get("name_zh")}, Place: f.Get("place"), Chair: people.ID(f.ID("chair")), Again: f.Get("again") != ""}
	if text := f.Get("at"); text != "" { // none is told as missing
		if c.At, err = time.ParseInLocation(web.TypedMoment, text, s.Zone()); err != nil {
			f.Fault("at", s.T("release.not_a_moment"))
		}
	}
	c.From, c.Until = f.Day(s.Printer, "from"), f.Day(s.Printer, "until")
	if ref := f.Get("change"); ref != "" {
		if _, n, err := record.ParseRef(ref); err == nil {
			c.Change = n
		} else {
			f.Fault("change", s.T("record.no_such", "ref", ref))
		}
	}
	one := p.One
	if !f.Wrong() {
		if one.ID == 0 {
			one, err = s.Reviews.Call(s.ctx, s.By, c)
		} else {
			one, err = s.Reviews.Arrange(s.ctx, s.By, one.ID, f.ID("version"), c)
		}
		if err := f.Blame(s.Printer, err); err != nil {
			return err
		}
	}
	if f.Wrong() {
		return web.Show(w, r, http.StatusUnprocessableEntity, callView(p))
	}
	return web.Go(w, r, href(one.ID))
}

// did sends on to the review, or shows it anew with what is wrong.
func (s *sight) did(w http.ResponseWriter, r *http.Request, f *web.Form, about string, err error) error {
	if err == nil {
		return web.Go(w, r, href(web.PathID(r, "id")))
	}
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.Missing) {
		return err
	}
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	return s.showWith(w, r, f, about)
}
