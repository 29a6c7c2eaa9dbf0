package cab

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// formPage is the form of a new meeting.
type formPage struct {
	*sight
	Form *web.Form
}

func (s *sight) newMeeting(w http.ResponseWriter, r *http.Request) error {
	p := &formPage{sight: s}
	p.Title = s.T("cab.new")
	p.Needs("choose")
	s.column(nil, -1)
	return web.Show(w, r, http.StatusOK, newView(p))
}

func (s *sight) convene(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	call := s.typedCall(f)
	call.Kind = change.Sort(f.Get("kind"))
	if !f.Wrong() {
		m, err := s.Meetings.Convene(s.ctx, s.By, call)
		if err == nil {
			return web.Go(w, r, href(m.ID))
		}
		if err := f.Blame(s.Printer, err); err != nil {
			return err
		}
	}
	p := &formPage{sight: s, Form: f}
	p.Title = s.T("cab.new")
	p.Needs("choose")
	s.column(nil, -1)
	return web.Show(w, r, http.StatusUnprocessableEntity, newView(p))
}

// typedCall reads when and where.
func (s *sight) typedCall(f *web.Form) change.Call {
	at := func(name string) time.Time {
		v := f.Get(name)
		t, err := time.ParseInLocation(web.TypedMoment, v, s.Zone())
		if v != "" && err != nil {
			f.Fault(name, s.T("record.not_a_moment"))
		}
		return t
	}
	return change.Call{Phone: f.Get("phone") != "", Place: f.Get("place"), Span: change.Span{From: at("starts"), Until: at("ends")}, Chair: people.ID(f.ID("chair"))}
}

// callFields ask when and where a meeting is.
func (s *sight) callFields(m *change.Meeting) []part.Field {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(s.Zone()).Format(web.TypedMoment)
	}
	phone := ""
	if m.Phone {
		phone = "yes"
	}
	chair := part.Field{Name: "chair", Label: s.T("cab.chair"), Kind: part.Choose, Load: "/people", Plain: true, Help: s.T("cab.chair_help")}
	if m.Chair != 0 {
		chair.Value, chair.Options = m.Chair.String(), []part.Option{{Value: m.Chair.String(), Label: s.Somebody(m.Chair)}}
	}
	return []part.Field{
		{Name: "starts", Label: s.T("schedule.starts"), Kind: part.DateTime, Required: true, Narrow: true, Value: at(m.Span.From)},
		{Name: "ends", Label: s.T("schedule.ends"), Kind: part.DateTime, Required: true, Narrow: true, Value: at(m.Span.Until)},
		{Name: "place", Label: s.T("cab.place"), Max: 200, Value: m.Place},
		{Name: "phone", Label: s.T("cab.phone"), Kind: part.Toggle, Value: phone},
		chair,
	}
}

func (p *formPage) fields() []part.Field {
	kind := part.Field{Name: "kind", Label: p.T("cab.kind"), Kind: part.Radio, Required: true, Value: string(change.OfBoard)}
	for _, k := range change.Sorts {
		kind.Options = append(kind.Options, part.Option{Value: string(k), Label: p.T("cab.kind." + string(k))})
	}
	return p.Form.Fields(append([]part.Field{kind}, p.callFields(&change.Meeting{})...)...)
}

// deed reads a form and does something to the meeting in the address.
func (s *sight) deed(w http.ResponseWriter, r *http.Request, about string, do func(f *web.Form, id int64) error) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	return s.did(w, r, f, about, do(f, web.PathID(r, "id")))
}

// point is deed about the change in the address.
func (s *sight) point(w http.ResponseWriter, r *http.Request, about string, do func(f *web.Form, id int64, n record.Number) error) error {
	kind, n, err := record.ParseRef(r.PathValue("ref"))
	if err != nil || kind != record.Changes {
		return fault.New(fault.Missing, "record.no_such").With("ref", r.PathValue("ref"))
	}
	return s.deed(w, r, about+r.PathValue("ref"), func(f *web.Form, id int64) error { return do(f, id, n) })
}

func (s *sight) recall(w http.ResponseWriter, r *http.Request) error {
	return s.deed(w, r, "recall", func(f *web.Form, id int64) error {
		_, err := s.Meetings.Recall(s.ctx, s.By, id, f.ID("version"), s.typedCall(f))
		return err
	})
}

func (s *sight) attend(w http.ResponseWriter, r *http.Request) error {
	return s.deed(w, r, "attend", func(f *web.Form, id int64) error {
		var who []people.ID
		for _, one := range append(f.IDs("present"), f.IDs("guests")...) {
			who = append(who, people.ID(one))
		}
		_, err := s.Meetings.Attend(s.ctx, s.By, id, f.ID("version"), who)
		return err
	})
}

func (s *sight) open(w http.ResponseWriter, r *http.Request) error {
	return s.deed(w, r, "attend", func(f *web.Form, id int64) error {
		_, err := s.Meetings.Open(s.ctx, s.By, id, f.ID("version"))
		return err
	})
}

func (s *sight) close(w http.ResponseWriter, r *http.Request) error {
	return s.deed(w, r, "close", func(f *web.Form, id int64) error {
		_, err := s.Meetings.Close(s.ctx, s.By, id, f.ID("version"), f.Get("minutes"))
		return err
	})
}

func (s *sight) callOff(w http.ResponseWriter, r *http.Request) error {
	return s.deed(w, r, "recall", func(f *web.Form, id int64) error {
		_, err := s.Meetings.CallOff(s.ctx, s.By, id, f.ID("version"))
		return err
	})
}

func (s *sight) add(w http.ResponseWriter, r *http.Request) error {
	return s.deed(w, r, "add", func(f *web.Form, id int64) error {
		kind, n, err := record.ParseRef(f.Get("change"))
		if err != nil || kind != record.Changes {
			return fault.At("change", "record.no_such").With("ref", f.Get("change"))
		}
		_, err = s.Meetings.Add(s.ctx, s.By, id, f.ID("version"), n, change.What(f.Get("what")))
		return err
	})
}

func (s *sight) drop(w http.ResponseWriter, r *http.Request) error {
	return s.point(w, r, "point", func(f *web.Form, id int64, n record.Number) error {
		_, err := s.Meetings.Drop(s.ctx, s.By, id, f.ID("version"), n)
		return err
	})
}

func (s *sight) raise(w http.ResponseWriter, r *http.Request) error {
	return s.point(w, r, "point", func(f *web.Form, id int64, n record.Number) error {
		_, err := s.Meetings.Raise(s.ctx, s.By, id, f.ID("version"), n)
		return err
	})
}

func (s *sight) note(w http.ResponseWriter, r *http.Request) error {
	return s.point(w, r, "note", func(f *web.Form, id int64, n record.Number) error {
		_, err := s.Meetings.Note(s.ctx, s.By, id, f.ID("version"), n, f.Get("minutes"))
		return err
	})
}

func (s *sight) require(w http.ResponseWriter, r *http.Request) error {
	return s.point(w, r, "condition", func(f *web.Form, id int64, n record.Number) error {
		_, err := s.Meetings.Require(s.ctx, s.By, id, f.ID("version"), n, f.Get("condition"))
		return err
	})
}

func (s *sight) meet(w http.ResponseWriter, r *http.Request) error {
	return s.point(w, r, "point", func(_ *web.Form, id int64, n record.Number) error {
		_, err := s.Meetings.Meet(s.ctx, s.By, id, n, int(web.PathID(r, "n"))-1)
		return err
	})
}

func (s *sight) approve(w http.ResponseWriter, r *http.Request) error {
	return s.vote(w, r, approval.Yes)
}

func (s *sight) refuse(w http.ResponseWriter, r *http.Request) error {
	return s.vote(w, r, approval.No)
}

// vote takes what the reader says to the stage that he saw.
func (s *sight) vote(w http.ResponseWriter, r *http.Request, a approval.Answer) error {
	return s.point(w, r, "vote", func(f *web.Form, id int64, n record.Number) error {
		v := approval.Vote{Answer: a, Reason: f.Get("reason"), Asked: &approval.Asked{Round: f.ID("round"), Stage: int(f.ID("stage")) - 1}}
		_, err := s.Meetings.Vote(s.ctx, s.By, id, n, v, f.Get("condition"))
		return err
	})
}

// phone writes down what two of the committee said.
func (s *sight) phone(w http.ResponseWriter, r *http.Request) error {
	return s.point(w, r, "phone", func(f *web.Form, id int64, n record.Number) error {
		in := record.Input{Fields: map[string]string{}}
		for _, name := range []string{"first_voice", "other_voice", "owner"} {
			if v := f.Get(name); v != "" {
				in.Fields[name] = v
			}
		}
		if v := f.Get("spoken"); v != "" {
			t, err := time.ParseInLocation(web.TypedMoment, v, s.Zone())
			if err != nil {
				return fault.At("spoken", "record.not_a_moment")
			}
			in.Fields["spoken"] = t.UTC().Format(time.RFC3339)
		}
		_, err := s.Meetings.Spoke(s.ctx, s.By, id, n, in)
		return err
	})
}

func (s *sight) act(w http.ResponseWriter, r *http.Request) error {
	return s.deed(w, r, "action", func(f *web.Form, id int64) error {
		a := change.Action{Text: f.Get("text"), Owner: people.ID(f.ID("owner"))}
		if v := f.Get("due"); v != "" {
			due, err := time.Parse(time.DateOnly, v)
			if err != nil {
				return fault.At("due", "record.not_a_date")
			}
			a.Due = due
		}
		var about record.Number
		if v := f.Get("about"); v != "" {
			kind, n, err := record.ParseRef(v)
			if err != nil || kind != record.Changes {
				return fault.At("about", "record.no_such").With("ref", v)
			}
			about = n
		}
		_, err := s.Meetings.Task(s.ctx, s.By, id, f.ID("version"), a, about)
		return err
	})
}

func (s *sight) done(w http.ResponseWriter, r *http.Request) error {
	return s.deed(w, r, "action", func(_ *web.Form, id int64) error {
		_, err := s.Meetings.Done(s.ctx, s.By, id, int(web.PathID(r, "n"))-1)
		return err
	})
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// presentFields ask who is there: the seats to tick, and guests.
func (p *meetingPage) presentFields() []part.Field {
	seats := part.Field{Name: "present", Label: p.T("cab.seats"), Kind: part.Several, Plain: true}
	for _, id := range p.One.Members {
		seats.Options = append(seats.Options, part.Option{Value: id.String(), Label: p.Somebody(id)})
	}
	guests := part.Field{Name: "guests", Label: p.T("cab.guests"), Kind: part.Choose, Many: true, Load: "/people"}
	for _, id := range p.One.Present {
		if slices.Contains(p.One.Members, id) {
			seats.Values = append(seats.Values, id.String())
			continue
		}
		guests.Values = append(guests.Values, id.String())
		guests.Options = append(guests.Options, part.Option{Value: id.String(), Label: p.Somebody(id)})
	}
	return p.form("attend").Fields(seats, guests)
}

func (p *meetingPage) recallFields() []part.Field {
	return p.form("recall").Fields(p.callFields(p.One.Meeting)...)
}

// addFields ask what is put on the agenda.
func (p *meetingPage) addFields() []part.Field {
	pick := part.Field{Name: "change", Label: p.T("cab.change"), Kind: part.Choice, Required: true, Options: []part.Option{{Label: p.T("cab.pick")}}}
	for _, g := range []struct {
		what string
		rows []record.Row
	}{{"decide", p.Decide}, {"review", p.Review}} {
		for _, row := range g.rows {
			pick.Options = append(pick.Options, part.Option{Value: row.Ref(), Label: row.Ref() + " " + web.Cut(row.Title, 60), Group: p.T("cab.waits." + g.what)})
		}
	}
	what := part.Field{Name: "what", Label: p.T("cab.what"), Kind: part.Radio, Required: true, Value: string(change.ToDecide)}
	for _, w := range []change.What{change.ToDecide, change.ToReview} {
		what.Options = append(what.Options, part.Option{Value: string(w), Label: p.T("cab.what." + string(w))})
	}
	return p.form("add").Fields(pick, what)
}

func (p *meetingPage) noteFields(i change.Item) []part.Field {
	return p.form("note" + i.On.Ref()).Fields(part.Field{Name: "minutes", Label: p.T("cab.minutes_of_point"), Kind: part.Long, Plain: true, Value: i.Minutes})
}

func (p *meetingPage) conditionFields(i change.Item) []part.Field {
	return p.form("condition" + i.On.Ref()).Fields(part.Field{Name: "condition", Label: p.T("cab.condition"), Required: true, Max: 500})
}

func (p *meetingPage) voteFields(i change.Item) []part.Field {
	return p.form("vote"+i.On.Ref()).Fields(
		part.Field{Name: "condition", Label: p.T("cab.condition_of_yes"), Help: p.T("cab.condition_help"), Max: 500},
		part.Field{Name: "reason", Label: p.T("portal.decide_reason"), Help: p.T("portal.decide_reason_help"), Max: 2000},
	)
}

// phoneFields ask for the two voices, among those on the line.
func (p *meetingPage) phoneFields(i change.Item) []part.Field {
	voices := []part.Option{{Label: p.T("cab.pick")}}
	for _, id := range p.One.Voices(i.On) {
		voices = append(voices, part.Option{Value: id.String(), Label: p.Somebody(id)})
	}
	fields := []part.Field{
		{Name: "first_voice", Label: p.T("change.field.first_voice"), Kind: part.Choice, Required: true, Options: voices},
		{Name: "other_voice", Label: p.T("change.field.other_voice"), Kind: part.Choice, Required: true, Options: voices},
		{Name: "spoken", Label: p.T("change.field.spoken"), Kind: part.DateTime, Required: true, Narrow: true, Value: p.Now.In(p.Zone()).Format(web.TypedMoment)},
	}
	if i.On.Owner == 0 {
		fields = append(fields, part.Field{Name: "owner", Label: p.T("change.field.owner"), Kind: part.Choose, Load: "/people"})
	}
	return p.form("phone" + i.On.Ref()).Fields(fields...)
}

func (p *meetingPage) actionFields() []part.Field {
	about := part.Field{Name: "about", Label: p.T("cab.about"), Kind: part.Choice, Plain: true, Options: []part.Option{{Label: p.T("cab.about_none")}}}
	for _, i := range p.One.Agenda {
		about.Options = append(about.Options, part.Option{Value: i.On.Ref(), Label: i.On.Ref() + " " + web.Cut(i.On.Title, 60)})
	}
	return p.form("action").Fields(
		part.Field{Name: "text", Label: p.T("cab.action"), Required: true, Max: 500},
		part.Field{Name: "owner", Label: p.T("cab.action_owner"), Kind: part.Choose, Load: "/people", Required: true},
		part.Field{Name: "due", Label: p.T("cab.action_due"), Kind: part.Date, Narrow: true},
		about,
	)
}

func (p *meetingPage) closeFields() []part.Field {
	return p.form("close").Fields(part.Field{Name: "minutes", Label: p.T("cab.minutes"), Kind: part.Long, Plain: true, Value: p.One.Minutes, Help: p.T("cab.minutes_help")})
}
