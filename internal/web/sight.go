package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// Sight is one request of somebody who works here: who looks, at which
// settings, in which frame. A page struct embeds it, so that p.T, p.By and
// p.Name are at hand in templates.
type Sight struct {
	*Frame
	By  people.Actor
	All *setting.All // as they were when the request came

	desk *Desk
	ctx  context.Context // a sight lives as long as its request
}

// StaffPage answers a request of somebody who works here.
type StaffPage func(w http.ResponseWriter, r *http.Request, s *Sight) error

// Name is the name of a person, "" when there is none.
func (s *Sight) Name(id people.ID) string {
	if id == 0 || s.desk.Persons == nil {
		return ""
	}
	if id == s.By.ID {
		return s.By.Name
	}
	return s.desk.names.of(s.ctx, s.desk.Persons, id, s.Now)
}

// Somebody is a person by his name, by his number where he has none.
func (s *Sight) Somebody(id people.ID) string {
	if id == 0 {
		return s.T("roadmap.page.nobody")
	}
	if name := s.Name(id); name != "" {
		return name
	}
	return "#" + id.String()
}

// Names are those of several persons, as a list in words.
func (s *Sight) Names(ids []people.ID) string {
	var out []string
	for _, id := range ids {
		if n := s.Name(id); n != "" {
			out = append(out, n)
		}
	}
	return strings.Join(out, s.T("list.comma"))
}

// Signed writes who did something and when.
func (s *Sight) Signed(who people.ID, at time.Time) string {
	if who == 0 { // nobody in person
		return s.DateTime(at)
	}
	return s.Name(who) + " · " + s.DateTime(at)
}

// Thing is the name of something of the settings: a team, a service, a zone.
func (s *Sight) Thing(id int64) string {
	if id == 0 {
		return ""
	}
	return s.All.Name(id, string(s.Lang()))
}

// Priority is what a priority is called.
func (s *Sight) Priority(n int) string { return s.T("incident.priority." + strconv.Itoa(n)) }

// Label is what a field that all records have is called: team, service, owner.
func (s *Sight) Label(field string) string { return s.T("incident.field." + field) }

// Today is the reader's day, as it stands in the names of files.
func (s *Sight) Today() string { return s.Now.In(s.Zone()).Format(time.DateOnly) }

// Begun is a form with what the reader had typed there and not sent, as the
// browser keeps it under data-draft="/drafts/PLACE"; nil when there is nothing.
// A draft is a help, and a page stands without.
func (s *Sight) Begun(place string) *Form {
	doc, err := s.draft(place)
	if err != nil || len(doc.Fields) == 0 {
		return nil
	}
	return &Form{Values: doc.Fields}
}

// Forget drops what was typed there, once it was sent.
func (s *Sight) Forget(place string) error {
	if s.desk.Drafts == nil {
		return nil
	}
	return s.desk.Drafts.Drop(s.ctx, s.By.ID, place)
}

// Lists fills the second column with the lists of incidents and what stands
// beside them, rooms included (Room.Beside). A room with a column of its own
// sets Views instead.
func (s *Sight) Lists() {
	(&sight{Sight: s, of: s.desk.trades[record.Incident]}).frameViews(listPlace{View: "none"})
}

// beside are the pages of rooms that stand beside the lists of incidents.
func (s *Sight) beside() []part.Link {
	var out []part.Link
	for _, room := range s.desk.Rooms {
		if room.Beside != nil {
			out = append(out, slices.Clone(room.Beside(s.Frame, s.By))...)
		}
	}
	mark(out, s.Path)
	return out
}

// PathID is an id in the address of a request, 0 for what is none.
func PathID(r *http.Request, name string) int64 { return idOf(r.PathValue(name)) }

// ID is the id that was chosen in a field, 0 for none.
func (f *Form) ID(name string) int64 { return idOf(f.Get(name)) }

// IDs are those chosen in a field of several.
func (f *Form) IDs(name string) []int64 {
	var out []int64
	for _, v := range f.Values[name] {
		if id := idOf(v); id != 0 {
			out = append(out, id)
		}
	}
	return out
}

// TypedMoment is how browsers send a date with its time, in the reader's zone.
const TypedMoment = "2006-01-02T15:04"
