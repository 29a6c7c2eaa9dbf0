package api

import (
	"net/http"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// cabMeeting is a meeting of the change advisory board or of the emergency
// committee.
type cabMeeting struct {
	ID      int64       `json:"id"`
	Kind    string      `json:"kind" enum:"board,emergency"`
	Phone   bool        `json:"phone" doc:"api.doc.cab_phone"`
	Place   string      `json:"place,omitempty"`
	Starts  time.Time   `json:"starts"`
	Ends    time.Time   `json:"ends"`
	State   string      `json:"state" enum:"convened,in_session,held,called_off"`
	Chair   int64       `json:"chair"`
	Seats   []int64     `json:"seats" doc:"api.doc.cab_seats"`
	Present []int64     `json:"present" doc:"api.doc.cab_present"`
	Quorum  int         `json:"quorum" doc:"api.doc.cab_quorum"`
	Agenda  []cabPoint  `json:"agenda" doc:"api.doc.cab_agenda"`
	Actions []cabAction `json:"actions"`
	Minutes string      `json:"minutes,omitempty"`
	Opened  string      `json:"opened,omitempty" format:"date-time"`
	Closed  string      `json:"closed,omitempty" format:"date-time"`
	Version int64       `json:"row_version"`
}

type cabPoint struct {
	Change     string         `json:"change"`
	Title      string         `json:"title"`
	State      string         `json:"state"`
	What       string         `json:"what" enum:"decide,review"`
	Quorate    bool           `json:"quorate" doc:"api.doc.cab_quorate"`
	Minutes    string         `json:"minutes,omitempty"`
	Conditions []cabCondition `json:"conditions,omitempty"`
	Decision   []round        `json:"decision,omitempty"`
}

type cabCondition struct {
	Text string `json:"text"`
	By   int64  `json:"by"`
	Met  string `json:"met,omitempty" format:"date-time"`
	Who  int64  `json:"met_by,omitempty"`
}

type cabAction struct {
	N     int    `json:"n"`
	Text  string `json:"text"`
	Owner int64  `json:"owner"`
	Due   string `json:"due,omitempty" format:"date"`
	Done  string `json:"done,omitempty" format:"date-time"`
}

func (c *call) cabMeetingOf(m *change.Session) cabMeeting {
	out := cabMeeting{
		ID: m.ID, Kind: string(m.Kind), Phone: m.Phone, Place: m.Place, Starts: m.Span.From.UTC(), Ends: m.Span.Until.UTC(), State: string(m.State), Chair: int64(m.Chair),
		Seats: numbers(m.Members), Present: numbers(m.Present), Quorum: m.Quorum, Agenda: []cabPoint{}, Actions: []cabAction{}, Minutes: m.Minutes, Opened: stamp(m.Opened), Closed: stamp(m.Closed), Version: m.Changed,
	}
	for _, i := range m.Agenda {
		p := cabPoint{Change: i.On.Ref(), Title: i.On.Title, State: string(i.On.State), What: string(i.What), Quorate: i.Short == nil, Minutes: i.Minutes}
		for _, o := range i.Conditions {
			p.Conditions = append(p.Conditions, cabCondition{o.Text, int64(o.By), stamp(o.Met), int64(o.Who)})
		}
		if i.Round != nil {
			p.Decision = c.rounds([]*approval.Round{i.Round})
		}
		out.Agenda = append(out.Agenda, p)
	}
	for _, a := range m.Actions {
		out.Actions = append(out.Actions, cabAction{a.N, a.Text, int64(a.Owner), dateOf(a.Due), stamp(a.Done)})
	}
	return out
}

// Forms of meetings.
type (
	cabCall struct {
		Kind    string    `json:"kind,omitempty" enum:"board,emergency"`
		Phone   bool      `json:"phone,omitempty" doc:"api.doc.cab_phone"`
		Place   string    `json:"place,omitempty"`
		Starts  time.Time `json:"starts"`
		Ends    time.Time `json:"ends"`
		Chair   int64     `json:"chair,omitempty"`
		Version int64     `json:"row_version,omitempty"`
	}
	cabAttend struct {
		Present []int64 `json:"present" doc:"api.doc.cab_present"`
		Version int64   `json:"row_version,omitempty"`
	}
	cabMinutes struct {
		Minutes string `json:"minutes,omitempty"`
		Version int64  `json:"row_version,omitempty"`
	}
	cabStep struct {
		Version int64 `json:"row_version,omitempty"`
	}
	cabOn struct {
		Change    string `json:"change"`
		What      string `json:"what,omitempty" enum:"decide,review"`
		Minutes   string `json:"minutes,omitempty"`
		Condition string `json:"condition,omitempty" doc:"api.doc.cab_condition"`
		N         int    `json:"n,omitempty" doc:"api.doc.cab_n"`
		Version   int64  `json:"row_version,omitempty"`
	}
	cabVote struct {
		Change    string `json:"change"`
		Reason    string `json:"reason,omitempty" doc:"api.doc.vote_reason"`
		Condition string `json:"condition,omitempty" doc:"api.doc.cab_condition"`
	}
	cabVoices struct {
		Change string    `json:"change"`
		First  int64     `json:"first_voice"`
		Other  int64     `json:"other_voice"`
		Spoken time.Time `json:"spoken"`
		Owner  int64     `json:"owner,omitempty"`
	}
	cabTask struct {
		Text    string `json:"text"`
		Owner   int64  `json:"owner"`
		Due     string `json:"due,omitempty" format:"date"`
		Change  string `json:"change,omitempty"`
		Version int64  `json:"row_version,omitempty"`
	}
	cabDone struct {
		N int `json:"n" doc:"api.doc.cab_n"`
	}
)

// changeNumber reads the number of a change in a body.
func changeNumber(ref string) (record.Number, error) {
	kind, n, err := record.ParseRef(ref)
	if err != nil || kind != record.Changes {
		return 0, fault.At("change", "record.no_such").With("ref", ref)
	}
	return n, nil
}

func (in cabCall) call() change.Call {
	return change.Call{Kind: change.Sort(in.Kind), Phone: in.Phone, Place: in.Place, Span: change.Span{From: in.Starts, Until: in.Ends}, Chair: people.ID(in.Chair)}
}

// Meetings serves the meetings about changes.
func (a *API) Meetings(l *change.Meetings) {
	const at, hold = "/cab-meetings/{id}", change.MeetingHold
	one := of[cabMeeting]()
	tell := func(c *call, m *change.Meeting, err error) error {
		if err != nil {
			return err
		}
		by := c.by
		if !by.Can(change.MeetingRead) {
			return c.done(http.StatusOK, c.cabMeetingOf(&change.Session{Meeting: &change.Meeting{ID: m.ID, Changed: m.Changed}}))
		}
		seen, err := l.Find(c.r.Context(), by, m.ID)
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, c.cabMeetingOf(seen))
	}
	add := func(o operation) {
		o.Tag = "changes"
		a.add(o)
	}
	add(libraryOp("GET", "/cab-meetings", change.MeetingRead, "list-cab-meetings", of[page[cabMeeting]](), func(c *call) error {
		all, err := l.List(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		out := page[cabMeeting]{Items: []cabMeeting{}}
		for _, m := range all {
			out.Items = append(out.Items, c.cabMeetingOf(m))
		}
		return c.JSON(http.StatusOK, out)
	}))
	add(libraryOp("GET", at, change.MeetingRead, "get-cab-meeting", one, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		m, err := l.Find(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, c.cabMeetingOf(m))
	}))
	add(libraryDeed("POST", "/cab-meetings", hold, "convene-cab-meeting", one, func(c *call, _ int64, in cabCall) error {
		m, err := l.Convene(c.r.Context(), c.by, in.call())
		return tell(c, m, err)
	}))
	add(libraryDeed("POST", at+"/recall", hold, "recall-cab-meeting", one, func(c *call, id int64, in cabCall) error {
		m, err := l.Recall(c.r.Context(), c.by, id, in.Version, in.call())
		return tell(c, m, err)
	}))
	add(libraryDeed("POST", at+"/attend", hold, "attend-cab-meeting", one, func(c *call, id int64, in cabAttend) error {
		var who []people.ID
		for _, p := range in.Present {
			who = append(who, people.ID(p))
		}
		m, err := l.Attend(c.r.Context(), c.by, id, in.Version, who)
		return tell(c, m, err)
	}))
	add(libraryDeed("POST", at+"/open", hold, "open-cab-meeting", one, func(c *call, id int64, in cabStep) error {
		m, err := l.Open(c.r.Context(), c.by, id, in.Version)
		return tell(c, m, err)
	}))
	add(libraryDeed("POST", at+"/call-off", hold, "call-off-cab-meeting", one, func(c *call, id int64, in cabStep) error {
		m, err := l.CallOff(c.r.Context(), c.by, id, in.Version)
		return tell(c, m, err)
	}))
	add(libraryDeed("POST", at+"/close", hold, "close-cab-meeting", one, func(c *call, id int64, in cabMinutes) error {
		m, err := l.Close(c.r.Context(), c.by, id, in.Version, in.Minutes)
		return tell(c, m, err)
	}))
	a.meetingPoints(l, tell, add)
}

// meetingPoints serves what is done about the points of an agenda.
func (a *API) meetingPoints(l *change.Meetings, tell func(*call, *change.Meeting, error) error, add func(operation)) {
	const at, hold = "/cab-meetings/{id}", change.MeetingHold
	one := of[cabMeeting]()
	for _, o := range []struct {
		path, name string
		do         func(c *call, id int64, n record.Number, in cabOn) (*change.Meeting, error)
	}{
		{"/points", "add-cab-point", func(c *call, id int64, n record.Number, in cabOn) (*change.Meeting, error) {
			return l.Add(c.r.Context(), c.by, id, in.Version, n, change.What(in.What))
		}},
		{"/points/drop", "drop-cab-point", func(c *call, id int64, n record.Number, in cabOn) (*change.Meeting, error) {
			return l.Drop(c.r.Context(), c.by, id, in.Version, n)
		}},
		{"/points/raise", "raise-cab-point", func(c *call, id int64, n record.Number, in cabOn) (*change.Meeting, error) {
			return l.Raise(c.r.Context(), c.by, id, in.Version, n)
		}},
		{"/points/note", "note-cab-point", func(c *call, id int64, n record.Number, in cabOn) (*change.Meeting, error) {
			return l.Note(c.r.Context(), c.by, id, in.Version, n, in.Minutes)
		}},
		{"/points/require", "require-cab-condition", func(c *call, id int64, n record.Number, in cabOn) (*change.Meeting, error) {
			return l.Require(c.r.Context(), c.by, id, in.Version, n, in.Condition)
		}},
		{"/points/meet", "meet-cab-condition", func(c *call, id int64, n record.Number, in cabOn) (*change.Meeting, error) {
			return l.Meet(c.r.Context(), c.by, id, n, in.N-1)
		}},
	} {
		add(libraryDeed("POST", at+o.path, hold, o.name, one, func(c *call, id int64, in cabOn) error {
			n, err := changeNumber(in.Change)
			if err != nil {
				return err
			}
			m, err := o.do(c, id, n, in)
			return tell(c, m, err)
		}))
	}
	for _, answer := range []approval.Answer{approval.Yes, approval.No} {
		deed := record.Consents
		if answer == approval.No {
			deed = record.Declines
		}
		add(libraryDeed("POST", at+"/points/"+deed, "change."+deed, deed+"-in-cab-meeting", one, func(c *call, id int64, in cabVote) error {
			n, err := changeNumber(in.Change)
			if err != nil {
				return err
			}
			m, err := l.Vote(c.r.Context(), c.by, id, n, approval.Vote{Answer: answer, Reason: in.Reason}, in.Condition)
			return tell(c, m, err)
		}))
	}
	add(libraryDeed("POST", at+"/points/phone", "change.record_emergency", "phone-in-cab-meeting", one, func(c *call, id int64, in cabVoices) error {
		n, err := changeNumber(in.Change)
		if err != nil {
			return err
		}
		give := record.Input{Fields: map[string]string{"spoken": in.Spoken.UTC().Format(time.RFC3339)}}
		for name, who := range map[string]int64{"first_voice": in.First, "other_voice": in.Other, "owner": in.Owner} {
			if who != 0 {
				give.Fields[name] = people.ID(who).String()
			}
		}
		m, err := l.Spoke(c.r.Context(), c.by, id, n, give)
		return tell(c, m, err)
	}))
	meetingTasks(l, tell, add)
}

// meetingTasks are what is agreed to be done at a meeting, and that it was done.
func meetingTasks(l *change.Meetings, tell func(*call, *change.Meeting, error) error, add func(operation)) {
	const at = "/cab-meetings/{id}"
	one := of[cabMeeting]()
	add(libraryDeed("POST", at+"/actions", change.MeetingHold, "add-cab-action", one, func(c *call, id int64, in cabTask) error {
		var about record.Number
		if in.Change != "" {
			n, err := changeNumber(in.Change)
			if err != nil {
				return err
			}
			about = n
		}
		due, err := dayIn("due", in.Due)
		if err != nil {
			return err
		}
		m, err := l.Task(c.r.Context(), c.by, id, in.Version, change.Action{Text: in.Text, Owner: people.ID(in.Owner), Due: due}, about)
		return tell(c, m, err)
	}))
	add(libraryDeed("POST", at+"/actions/done", change.MeetingRead, "do-cab-action", one, func(c *call, id int64, in cabDone) error {
		m, err := l.Done(c.r.Context(), c.by, id, in.N-1)
		return tell(c, m, err)
	}))
}
