package cab

import (
	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
)

// says is the answer of the page: how many points are left.
func (p *meetingPage) says() string {
	left := 0
	for _, i := range p.One.Agenda {
		if i.What == change.ToDecide && i.Round != nil && i.Round.Now() != nil {
			left++
		}
	}
	return p.N("cab.left", left)
}

// place is where a meeting is, or that it is by telephone.
func (s *sight) place(m *change.Meeting) string {
	switch {
	case m.Phone && m.Place != "":
		return s.T("cab.phone") + " · " + m.Place
	case m.Phone:
		return s.T("cab.phone")
	case m.Place == "":
		return "–"
	}
	return m.Place
}

// on is the address of a point.
func (p *meetingPage) on(i change.Item) string { return p.base() + "/points/" + i.On.Ref() }

// about says what is to be done about a change, and how grave it is.
func (p *meetingPage) about(i change.Item) string {
	text := p.T("cab.what." + string(i.What))
	if i.On.Type == change.Emergency {
		text += " · " + p.T("change.type.emergency")
	} else if i.On.Class != "" {
		text += " · " + p.T("change.class."+string(i.On.Class))
	}
	if !i.On.Starts.IsZero() {
		text += " · " + p.DateTime(i.On.Starts)
	}
	return text
}

// short is why the meeting cannot decide on a change.
func (p *meetingPage) short(i change.Item) string {
	if all := fault.All(i.Short); len(all) > 0 {
		return p.T(all[0].Key, "have", all[0].Args["have"], "need", all[0].Args["need"])
	}
	return ""
}

// answer tells what somebody who is asked has said.
func (p *meetingPage) answer(seat approval.Seat) string {
	if seat.Answer == approval.None {
		return p.T("change.plan.waits")
	}
	text := p.T("approval.answer."+string(seat.Answer), "at", p.DateTime(seat.At))
	if seat.By != seat.Person && seat.By != 0 {
		text += " · " + p.T("change.plan.stood_in", "who", p.Somebody(seat.By))
	}
	if seat.Reason != "" {
		text += " · " + seat.Reason
	}
	return text
}

func (p *meetingPage) due(a change.Action) string {
	if a.Due.IsZero() {
		return "–"
	}
	return p.KeptDay(a.Due)
}

// plainFault reports whether what was wrong was no form with fields of its own.
func (p *meetingPage) plainFault() bool {
	for _, about := range []string{"recall", "attend", "close", "add", "action"} {
		if p.About == about {
			return false
		}
	}
	for _, i := range p.One.Agenda {
		for _, about := range []string{"note", "condition", "vote", "phone"} {
			if p.About == about+i.On.Ref() && (about != "vote" || p.Seats[i.Change]) {
				return false
			}
		}
	}
	return true
}
