package record

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Action is one thing that is done to a record because a rule says so. It is data; what it comes to is an ordinary deed at the
// desk, under the same checks as anybody's.
type Action struct {
	Do     Doing         `json:"do"`
	Field  string        `json:"field,omitempty"`  // of Set; "x." before the centre's own
	Value  string        `json:"value,omitempty"`  // of Set, as its field writes it, things by code; of Link a number
	Team   people.TeamID `json:"team,omitempty"`   // of Assign, Task, and of Notify with ToTeam
	Person people.ID     `json:"person,omitempty"` // of Assign, Task, Watch, and of Notify with ToPerson
	To     Addressee     `json:"to,omitempty"`     // of Notify
	Text   people.Text   `json:"text,omitzero"`    // of Note, Notify, Task and of handing on
	Hours  int           `json:"hours,omitempty"`  // of Task: due that much later; 0 is no term
}

// Doing is what an action does.
type Doing string

// What actions do.
const (
	Set    Doing = "set"    // a field gets a value
	Assign Doing = "assign" // a team or a person gets the record
	Notify Doing = "notify" // somebody is told
	AddJob Doing = "task"   // a task is added
	Tie    Doing = "link"   // another record is linked
	Follow Doing = "watch"  // somebody follows the record
	Jot    Doing = "note"   // an internal note is written
)

// Doings lists what actions do, in the order in which they are offered.
var Doings = []string{string(Set), string(Assign), string(Notify), string(AddJob), string(Tie), string(Follow), string(Jot)}

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

// MostActions is how many a rule may have.
const MostActions = 20

// ActionBlanks are what the texts of actions can name.
var ActionBlanks = []string{"number", "title", "priority", "state"}

// Settable is a field that an action may set.
type Settable struct {
	Name    string
	Type    Type
	Choices []string
	Grant   string // beside the grant of editing
}

// CheckActions reports what is wrong with actions on records that have these
// fields. Faults are about field, with the row they are in, from 1.
func CheckActions(field string, all []Action, fields []Settable) error {
	if len(all) > MostActions {
		return fault.At(field, "action.too_many").With("max", MostActions)
	}
	var many fault.Many
	for i, a := range all {
		if key, args := a.wrong(fields); key != "" {
			f := fault.At(field, key).With("row", i+1)
			for name, v := range args {
				f = f.With(name, v)
			}
			many = append(many, f)
		}
	}
	return many.Err()
}

// wrong is the key of what is wrong with an action, "" for nothing.
func (a Action) wrong(fields []Settable) (key string, args map[string]any) {
	if !slices.Contains(Doings, string(a.Do)) {
		return "action.unknown", map[string]any{"choices": strings.Join(Doings, ", ")}
	}
	for _, text := range []string{a.Text.En, a.Text.Zh, a.Value} {
		if utf8.RuneCountInString(text) > 2000 || !utf8.ValidString(text) {
			return "action.too_long", map[string]any{"max": 2000}
		}
	}
	if name := unknownBlank(a.Text); name != "" {
		return "action.no_blank", map[string]any{"name": name, "names": strings.Join(ActionBlanks, ", ")}
	}
	said := a.Text.En != "" || a.Text.Zh != ""
	switch a.Do {
	case Set:
		return a.wrongSet(fields)
	case Assign:
		if a.Team == 0 && a.Person == 0 {
			return "action.nobody", nil
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
	case Follow:
		if a.Person == 0 {
			return "action.nobody", nil
		}
	case Jot:
		if !said {
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

func (a Action) wrongSet(fields []Settable) (string, map[string]any) {
	i := slices.IndexFunc(fields, func(f Settable) bool { return f.Name == a.Field })
	if i < 0 {
		return "action.no_field", map[string]any{"field": a.Field}
	}
	f := fields[i]
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

// Author is on whose account actions are carried out: it stands in every entry
// that they bring about.
type Author struct {
	Code    string // of the rule
	Version int64
	Depth   int // how many rules, one upon the other, brought it about; 1 is the first
}

// RuleField is where an entry keeps the rule that brought it about.
const RuleField = "rule"

// change is the author as entries keep him: "code@version", and "+depth" from
// the second rule on.
func (a Author) change() Change {
	c := Change{Field: RuleField, Now: a.Code + "@" + strconv.FormatInt(a.Version, 10)}
	if a.Depth > 1 {
		c.Now += "+" + strconv.Itoa(a.Depth)
	}
	return c
}

// ParseAuthor reads what entries keep.
func ParseAuthor(c Change) (Author, bool) {
	if c.Field != RuleField {
		return Author{}, false
	}
	code, rest, ok := strings.Cut(c.Now, "@")
	if !ok {
		return Author{}, false
	}
	version, depth, deep := strings.Cut(rest, "+")
	a := Author{Code: code, Depth: 1}
	var err error
	if a.Version, err = strconv.ParseInt(version, 10, 64); err != nil {
		return Author{}, false
	}
	if deep {
		if a.Depth, err = strconv.Atoi(depth); err != nil {
			return Author{}, false
		}
	}
	return a, true
}

// Author is the rule that brought the entry about.
func (e Entry) Author() (Author, bool) {
	for _, c := range e.Changes {
		if a, ok := ParseAuthor(c); ok {
			return a, true
		}
	}
	return Author{}, false
}

// Effects are what actions would change of a record, without a desk: from what
// to what. What stays as it is is left out.
func Effects(p Picture, all []Action, things *setting.All) []Change {
	var out []Change
	add := func(field, was, now string) {
		if was != now {
			out = append(out, Change{field, was, now})
		}
	}
	for _, a := range all {
		text := cmp.Or(a.Text.En, a.Text.Zh)
		switch a.Do {
		case Set:
			v, err := Coded(things, p.Type(a.Field), a.Field, a.Value)
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
		case Notify:
			add(Told, "", string(a.To)+" · "+text)
		case AddJob:
			add("task", "", text)
		case Tie:
			add("relates", "", a.Value)
		case Follow:
			add("watch", "", number(int64(a.Person)))
		case Jot:
			add("note", "", text)
		}
	}
	return out
}
