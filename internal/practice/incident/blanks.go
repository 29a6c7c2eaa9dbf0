package incident

import (
	"context"
	"maps"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Blanks are what the placeholders of a canned text stand for beside what the
// incident says itself, in the writer's language.
type Blanks struct {
	Requester, Owner, Me people.Person         // Me is who writes
	Named                func(id int64) string // a setting; "" when there is none
	State, Priority      string
	Due, Today           string
	Centre, Phone        string // of the centre
}

// Values are the placeholders with what they stand for. One that stands for
// nothing is left out, so that the writer sees it in the text.
func (b Blanks) Values(i *Incident) map[string]string {
	out := map[string]string{
		"number": i.Ref(), "title": i.Title, "solution": i.Solution, "due": b.Due, "today": b.Today, "state": b.State, "priority": b.Priority,
		"requester": b.Requester.Name, "requester.name": b.Requester.Name, "requester.room": b.Requester.Room, "requester.phone": b.Requester.Phone,
		"owner.name": b.Owner.Name, "me": b.Me.Name, "me.name": b.Me.Name, "me.phone": b.Me.Phone, "centre.name": b.Centre, "centre.phone": b.Phone,
	}
	if b.Named != nil {
		out["service"], out["category"], out["team"] = b.Named(int64(i.Service)), b.Named(int64(i.Category)), b.Named(int64(i.Team))
		out["requester.department"] = b.Named(int64(b.Requester.Department))
	}
	maps.DeleteFunc(out, func(_, v string) bool { return v == "" })
	return out
}

// Meet reads whom the texts name beside the requester, as far as they name them:
// who owns the incident, and who writes.
func (b *Blanks) Meet(ctx context.Context, i *Incident, me people.ID, texts []record.Canned, person func(context.Context, people.ID) (people.Person, error)) (err error) {
	named := func(of string) bool {
		for _, t := range texts {
			if strings.Contains(t.Text.En+t.Text.Zh, of) {
				return true
			}
		}
		return false
	}
	if i.Owner != 0 && named("owner.name") {
		if b.Owner, err = person(ctx, i.Owner); err != nil {
			return err
		}
	}
	if me != 0 && named("me.phone") {
		b.Me, err = person(ctx, me)
	}
	return err
}
