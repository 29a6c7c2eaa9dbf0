package incident

import "kilter/internal/practice/people"

// Blanks are what the placeholders of a canned text stand for beside what the
// incident says itself, in the writer's language.
type Blanks struct {
	Requester people.Person
	Me        string // who writes
	Service   string
	Due       string
	Centre    string
	Phone     string // of the centre
}

// Values are the placeholders with what they stand for. One that stands for
// nothing is left out, so that the writer sees it in the text.
func (b Blanks) Values(i *Incident) map[string]string {
	out := map[string]string{
		"number": i.Ref(), "title": i.Title, "solution": i.Solution, "due": b.Due, "service": b.Service,
		"requester": b.Requester.Name, "requester.name": b.Requester.Name, "requester.room": b.Requester.Room,
		"me": b.Me, "me.name": b.Me, "centre.name": b.Centre, "centre.phone": b.Phone,
	}
	for name, v := range out {
		if v == "" {
			delete(out, name)
		}
	}
	return out
}
