package directory

import (
	"fmt"
	"slices"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
)

// View is the settings of one moment, decoded and ready to be asked. It never
// changes.
type View struct {
	All      *setting.All
	Book     *sla.Book // calendars and agreements
	Problems []error   // settings that could not be read and are left out

	teams       map[people.TeamID]people.Team
	departments map[people.DepartmentID]people.Department
	posts       map[int64]people.Post
	services    map[int64]catalogue.Service
	offerings   map[int64]catalogue.Offering
	rules       []rule
	fields      []OwnField
	matrix      catalogue.Matrix
	centre      Centre
}

type rule struct {
	catalogue.Rule
	id int64
}

// OwnField is a field that the centre defined, with its name and labels.
type OwnField struct {
	Code string
	Name people.Text
	catalogue.Field
}

// NewView decodes the settings.
func NewView(all *setting.All) *View {
	v := &View{All: all, matrix: catalogue.StandardMatrix()}
	v.teams = decode[people.TeamID, people.Team](v, setting.Team)
	v.departments = decode[people.DepartmentID, people.Department](v, setting.Department)
	v.posts = decode[int64, people.Post](v, setting.Post)
	v.services = decode[int64, catalogue.Service](v, setting.Service)
	v.offerings = decode[int64, catalogue.Offering](v, setting.Offering)
	for id, r := range decode[int64, catalogue.Rule](v, setting.Routing) {
		if !v.retired(setting.Routing, id) {
			v.rules = append(v.rules, rule{r, id})
		}
	}
	catalogue.Ordered(v.rules, func(r rule) (catalogue.Rule, int64) { return r.Rule, r.id })
	for id, f := range decode[int64, catalogue.Field](v, setting.Field) {
		if t := all.Find(setting.Field, id); !t.Retired {
			v.fields = append(v.fields, OwnField{t.Code, t.Name, f})
		}
	}
	slices.SortFunc(v.fields, func(a, b OwnField) int {
		if a.Order != b.Order {
			return a.Order - b.Order
		}
		return compare(a.Code, b.Code)
	})
	v.document(MatrixCode, func(t setting.Thing) (err error) { v.matrix, err = setting.Read[catalogue.Matrix](t); return err })
	v.document(CentreCode, func(t setting.Thing) (err error) { v.centre, err = setting.Read[Centre](t); return err })
	v.agreements()
	return v
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// decode reads every document of a kind, retired ones too, for old records
// still name them.
func decode[N ~int64, D any](v *View, k setting.Kind) map[N]D {
	out := map[N]D{}
	for _, t := range v.All.Of(k) {
		d, err := setting.Read[D](*t)
		if err != nil {
			v.Problems = append(v.Problems, err)
			continue
		}
		out[N(t.ID)] = d
	}
	return out
}

func (v *View) document(code string, read func(setting.Thing) error) {
	if t := v.All.Coded(setting.Centre, code); t != nil && len(t.Doc) > 0 {
		if err := read(*t); err != nil {
			v.Problems = append(v.Problems, err)
		}
	}
}

func (v *View) retired(k setting.Kind, id int64) bool {
	t := v.All.Find(k, id)
	return t == nil || t.Retired
}

// agreements compiles calendars and agreements; one that cannot be is left out
// and reported, so that the others hold.
func (v *View) agreements() {
	cals := map[int64]*calendar.Calendar{}
	for id, s := range decode[int64, calendar.Spec](v, setting.Calendar) {
		c, err := calendar.New(s)
		if err != nil {
			v.Problems = append(v.Problems, fmt.Errorf("directory: calendar %d: %w", id, err))
			continue
		}
		cals[id] = c
	}
	var good []sla.Agreement
	for id, a := range decode[int64, sla.Agreement](v, setting.Agreement) {
		if v.retired(setting.Agreement, id) {
			continue
		}
		t := v.All.Find(setting.Agreement, id)
		a.ID, a.NameEn, a.NameZh = id, t.Name.In("en"), t.Name.In("zh")
		if _, err := sla.NewBook(cals, []sla.Agreement{a}); err != nil {
			v.Problems = append(v.Problems, fmt.Errorf("directory: agreement %s: %w", t.Code, err))
			continue
		}
		good = append(good, a)
	}
	book, err := sla.NewBook(cals, good)
	if err != nil {
		v.Problems = append(v.Problems, err)
	}
	v.Book = book
}

// Terms are the promises for a record of that service and priority opened at
// that moment, and the agreement they come from.
func (v *View) Terms(service int64, priority int, opened time.Time) ([]sla.Term, int64) {
	return v.Book.Terms(service, priority, opened)
}

// Team, Service and Centre give what is kept of them; the zero value when
// there is no such thing.
func (v *View) Team(id people.TeamID) people.Team { return v.teams[id] }

// OnlyDesk is the one team of the first line that is in use, 0 when there is
// none or more than one.
func (v *View) OnlyDesk() (desk people.TeamID) {
	for _, t := range v.All.Of(setting.Team) {
		if t.Retired || v.teams[people.TeamID(t.ID)].Line != people.FirstLine {
			continue
		}
		if desk != 0 {
			return 0
		}
		desk = people.TeamID(t.ID)
	}
	return desk
}

// Department gives what is kept of a department.
func (v *View) Department(id people.DepartmentID) people.Department { return v.departments[id] }

// Service gives what is kept of a service.
func (v *View) Service(id int64) catalogue.Service { return v.services[id] }

// Centre is the document about the centre itself.
func (v *View) Centre() Centre { return v.centre }

// Matrix is the priority matrix in force.
func (v *View) Matrix() catalogue.Matrix { return v.matrix }

// Calendar is the working calendar of a service: its hours, else the centre's
// usual calendar; nil is round the clock.
func (v *View) Calendar(service int64) *calendar.Calendar {
	for _, id := range []int64{v.services[service].Hours, v.centre.Calendar} {
		if c, ok := v.Book.Calendar(id); ok && id != 0 {
			return c
		}
	}
	return nil
}

// Within reports whether a thing is the other, or stands below it.
func (v *View) Within(thing, other int64) bool {
	for range 60 {
		if thing == other {
			return true
		}
		t := v.All.Any(thing)
		if t == nil || t.Parent == 0 {
			return false
		}
		thing = t.Parent
	}
	return false
}

// Route names the team a call goes to: that of the first rule that matches,
// else the one that supports its service; 0 when nothing says. The second
// answer is the rule's id, 0 when it was the service's team.
func (v *View) Route(c catalogue.Call) (people.TeamID, int64) {
	for _, r := range v.rules {
		if r.Matches(c, v.Within) && !v.retired(setting.Team, int64(r.Team)) {
			return r.Team, r.id
		}
	}
	if team := v.services[c.Service].Support; team != 0 && !v.retired(setting.Team, int64(team)) {
		return team, 0
	}
	return 0, 0
}

// OnDuty lists who of a team is on duty.
func (v *View) OnDuty(team people.TeamID, at time.Time) []people.ID {
	return v.teams[team].Rota.OnDuty(at)
}

// Fields lists the centre's own fields of a practice in the order of its form.
func (v *View) Fields(practice string) []OwnField {
	var out []OwnField
	for _, f := range v.fields {
		if f.Practice == practice {
			out = append(out, f)
		}
	}
	return out
}
