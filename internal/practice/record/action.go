package record

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Action is one thing that is done to a record because a rule, a macro or a
// template says so. It is data; what it comes to is an ordinary deed at the
// desk, under the same checks as anybody's.
type Action struct {
	Do     Doing         `json:"do"`
	Field  string        `json:"field,omitempty"`  // of Set; "x." before the centre's own
	Value  string        `json:"value,omitempty"`  // of Set, as its field writes it, things by code; of Step a move; of Tie a number; of Jot and Answer the code of a canned text in place of Text
	Team   people.TeamID `json:"team,omitempty"`   // of Assign, AddJob, and of Notify with ToTeam
	Person people.ID     `json:"person,omitempty"` // of Assign, AddJob, Follow, and of Notify with ToPerson
	Me     bool          `json:"me,omitempty"`     // whoever carries it out, in the place of Person
	To     Addressee     `json:"to,omitempty"`     // of Notify
	Text   people.Text   `json:"text,omitzero"`    // of Jot, Answer, Notify, AddJob, Step and of handing on
	Hours  int           `json:"hours,omitempty"`  // of AddJob: due that much later; 0 is no term
}

// Doing is what an action does.
type Doing string

// What actions do.
const (
	Set    Doing = "set"    // a field gets a value
	Assign Doing = "assign" // a team or a person gets the record
	Step   Doing = "move"   // it goes along an arrow of its flow
	Notify Doing = "notify" // somebody is told
	AddJob Doing = "task"   // a task is added
	Tie    Doing = "link"   // another record is linked
	Follow Doing = "watch"  // somebody follows the record
	Jot    Doing = "note"   // an internal note is written
	Answer Doing = "reply"  // the requester is answered
)

// Doings lists what actions do, in the order in which they are offered.
var Doings = []Doing{Set, Assign, Step, Notify, AddJob, Tie, Follow, Jot, Answer}

// Addressee is whom a notification is for.
type Addressee string

// The addressees. ToManager reaches whom an escalation to the manager reaches.
const (
	ToPerson    Addressee = "person"
	ToTeam      Addressee = "team"
	ToRequester Addressee = "requester"
	ToOwner     Addressee = "owner"
	ToManager   Addressee = "manager"
)

// Addressees lists them.
var Addressees = []string{string(ToOwner), string(ToTeam), string(ToPerson), string(ToManager), string(ToRequester)}

// MostActions is how many a rule, macro or template may have.
const MostActions = 20

// ActionBlanks are what the texts of actions can name.
var ActionBlanks = []string{"number", "title", "priority", "state", "service", "team", "due", "requester.name", "requester.room", "owner.name", "me.name", "centre.name", "centre.phone"}

// CheckActions reports what is wrong with actions on such ground. Faults are
// about field, with the row they are in, from 1.
func CheckActions(field string, all []Action, g Ground) error {
	if len(all) > MostActions {
		return fault.At(field, "action.too_many").With("max", MostActions)
	}
	var many fault.Many
	for i, a := range all {
		if key, args := a.wrong(g, all[i+1:]); key != "" {
			f := fault.At(field, key).With("row", i+1)
			for name, v := range args {
				f = f.With(name, v)
			}
			many = append(many, f)
		}
	}
	return many.Err()
}

// wrong is the key of what is wrong with an action, "" for nothing; then are
// those after it.
func (a Action) wrong(g Ground, then []Action) (key string, args map[string]any) {
	if !g.Lists(a.Do) {
		return "action.unknown", map[string]any{"choices": g.doings()}
	}
	for _, text := range []string{a.Text.En, a.Text.Zh, a.Value} {
		if utf8.RuneCountInString(text) > 2000 || !utf8.ValidString(text) {
			return "action.too_long", map[string]any{"max": 2000}
		}
	}
	if name := unknownBlank(a.Text); name != "" {
		return "action.no_blank", map[string]any{"name": name, "names": strings.Join(ActionBlanks, ", ")}
	}
	if a.Me && g.Nobody {
		return "action.no_me", nil
	}
	said := a.Text.En != "" || a.Text.Zh != ""
	switch a.Do {
	case Set:
		return a.wrongSet(g, then)
	case Step:
		if !slices.Contains(g.Moves, a.Value) {
			return "action.no_move", map[string]any{"value": a.Value, "choices": strings.Join(g.Moves, ", ")}
		}
	case Notify:
		return a.wrongNotify(said)
	case AddJob:
		if !said || utf8.RuneCountInString(a.Text.En) > 200 || utf8.RuneCountInString(a.Text.Zh) > 200 {
			return "action.no_title", map[string]any{"max": 200}
		}
		if a.Hours < 0 || a.Hours > 24*365 {
			return "action.bad_hours", map[string]any{"max": 24 * 365}
		}
	case Tie:
		if _, _, err := ParseRef(a.Value); err != nil {
			return "action.no_record", map[string]any{"value": a.Value}
		}
	case Assign, Follow:
		if a.Person == 0 && !a.Me && (a.Team == 0 || a.Do == Follow) {
			return "action.nobody", nil
		}
	case Jot, Answer:
		if !said && a.Value == "" {
			return "action.no_text", nil
		}
	}
	return "", nil
}

func (a Action) wrongNotify(said bool) (string, map[string]any) {
	switch {
	case !slices.Contains(Addressees, string(a.To)):
		return "action.no_addressee", nil
	case a.To == ToPerson && a.Person == 0, a.To == ToTeam && a.Team == 0:
		return "action.nobody", nil
	case !said:
		return "action.no_text", nil
	}
	return "", nil
}

func (a Action) wrongSet(g Ground, then []Action) (string, map[string]any) {
	i := slices.IndexFunc(g.Fields, func(f Settable) bool { return f.Name == a.Field })
	if i < 0 {
		return "action.no_field", map[string]any{"field": a.Field}
	}
	f := g.Fields[i]
	if f.Moves != nil && !slices.ContainsFunc(then, func(t Action) bool { return t.Do == Step && slices.Contains(f.Moves, t.Value) }) {
		return "action.only_by_move", map[string]any{"field": a.Field, "choices": strings.Join(f.Moves, ", ")}
	}
	_, err := strconv.ParseInt(a.Value, 10, 64)
	switch {
	case a.Value == "":
	case f.Type == Choice && !slices.Contains(f.Choices, a.Value):
		return "action.no_choice", map[string]any{"field": a.Field, "value": a.Value, "choices": strings.Join(f.Choices, ", ")}
	case f.Type == Int && err != nil:
		return "action.no_number", map[string]any{"field": a.Field, "value": a.Value}
	case f.Type == Bool && a.Value != "true":
		return "action.no_flag", map[string]any{"field": a.Field, "value": a.Value}
	}
	return "", nil
}

// unknownBlank is the first placeholder that texts of actions do not know.
func unknownBlank(t people.Text) string {
	for _, text := range []string{t.En, t.Zh} {
		for _, m := range blank.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(ActionBlanks, m[1]) {
				return m[1]
			}
		}
	}
	return ""
}

// Effects are what actions would change of a record, without a desk: from what
// to what, texts filled in. What stays as it is is left out.
func Effects(p Picture, e Errand) []Change {
	var out []Change
	add := func(field, was, now string) {
		if was != now {
			out = append(out, Change{field, was, now})
		}
	}
	for _, a := range e.Actions {
		text, _ := e.said(p.Head, a)
		switch a.Do {
		case Set:
			v, err := Coded(e.All, p.Type(a.Field), a.Field, a.Value)
			if err != nil {
				v = a.Value
			}
			add(a.Field, p.Values[a.Field], v)
		case Assign:
			if a.Team != 0 {
				add("team", number(int64(p.Team)), number(int64(a.Team)))
			}
			if a.Person != 0 {
				add("owner", number(int64(p.Owner)), number(int64(a.Person)))
			}
		case Step:
			if to, ok := p.target(p.State, a.Value); ok {
				add("state", string(p.State), string(to))
				p.State = to
			}
		case Notify:
			add(Told, "", string(a.To)+" · "+text)
		case AddJob:
			add("task", "", text)
		case Tie:
			add("relates", "", a.Value)
		case Follow:
			add("watch", "", number(int64(a.Person)))
		case Jot, Answer:
			add(string(a.Do), "", text)
		}
	}
	return out
}
