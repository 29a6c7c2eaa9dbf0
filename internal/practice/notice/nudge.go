package notice

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// The kinds of what is told about something that is no record.
const (
	ShiftLate  What = "shift_late"  // his shift has ended and is not handed over
	ShiftWaits What = "shift_waits" // a hand-over waits for him to accept it
	RunMissed  What = "run_missed"  // a recurring operation of his team was missed

	ChangeUnkept What = "change_unkept" // the time of a change that he carries out or manages is free no more

	SurveyAsked What = "survey_asked" // he is asked to answer a survey
	SurveyLeft  What = "survey_left"  // and has not

	ReviewAction What = "review_action" // the day has come of what a management review asked him to see to
	ReviewCalled What = "review_called" // a management review that he leads was called by itself
	ReviewNear   What = "review_near"   // a management review that he leads is near

	RiskReview What = "risk_review" // the day has come on which a risk is to be looked at again

	MaturityTurned What = "maturity_turned" // what the records say of a mandatory statement turned
	RoadmapFell    What = "roadmap_fell"    // a verified step of a roadmap has fallen back

	HandbookAsked What = "handbook_asked" // his approval of a chapter is waited for

	WorkTold     What = "work_told"     // a planned change touches what he uses
	WorkStands   What = "work_stands"   // planned work that he was told of takes place as told, after all
	WorkReopened What = "work_open"     // its date is open again
	WorkMoved    What = "work_moved"    // it takes place at another time
	WorkOff      What = "work_off"      // it does not take place
	OpinionAsked What = "opinion_asked" // he is asked to assess a change

	RecordOwed   What = "record_owed"   // he is to record the authorisation of an emergency change
	RecordLate   What = "record_late"   // and the time for it has passed
	DocumentOwed What = "document_owed" // he is to document an emergency change
	DocumentLate What = "document_late" // and the time for it has passed
)

// Nudge tells a person of something that is no record: once for each kind and
// target, however often it is looked at.
type Nudge struct {
	ID     int64
	To     people.ID
	What   What
	Target int64       // the id of what it is about, by kind
	Name   people.Text // what that is called
	Place  string      // the address of its page, /duty/12
	At     time.Time
	Bell   bool      // it rings
	Read   time.Time // zero until read
}

// NudgeStore keeps them.
type NudgeStore interface {
	// Nudged reports whether anybody has been told of it.
	Nudged(ctx context.Context, what What, target int64) (bool, error)
	// Nudge keeps one, with its mail in the same transaction; one that is there
	// already is left out, and so is its mail.
	Nudge(ctx context.Context, n Nudge, mail *Delivery) error
	// Nudges lists a person's that ring, newest first.
	Nudges(ctx context.Context, who people.ID) ([]Nudge, error)
	// ReadNudge marks one of a person's as read; 0 is all.
	ReadNudge(ctx context.Context, who people.ID, id int64, at time.Time) error
}

// Nudging is the nudge of a person and its mail, as he wants them; the mail is
// nil when he wants none or has no address.
func Nudging(p people.Person, n Nudge, zone *time.Location) (Nudge, *Delivery) {
	n.To, n.Bell = p.ID, Wants(p.Doc.Prefs, n.What, Bell)
	if p.Mail == "" || !Wants(p.Doc.Prefs, n.What, Mail) {
		return n, nil
	}
	return n, &Delivery{
		Key:    string(n.What) + "." + strconv.FormatInt(n.Target, 10) + "." + p.ID.String(),
		Person: p.ID, Address: p.Mail, Name: p.Name, Lang: p.Doc.Lang, What: n.What, About: record.Incident, Title: n.Name.In(p.Doc.Lang), View: n.Place,
		Staff: true, Count: 1, At: n.At, Due: Awake(p.Doc.Prefs, n.At, cmp.Or(zone, time.UTC)), State: Waiting,
	}
}

// placeLetter writes the letter about the page of something that is no record.
func (w Writer) placeLetter(m Delivery) Letter {
	p := printer(m)
	what := p.T("notice.mail." + string(m.What))
	text := p.T("notice.mail.greeting", "name", m.Name) + "\n\n" + p.T("notice.mail.body."+string(m.What), "name", m.Title) + "\n"
	if m.Text != "" {
		text += "\n" + m.Text + "\n"
	}
	if m.Anew {
		text += "\n" + p.T("notice.mail.anew") + "\n"
	}
	if w.URL != "" && m.SurveyPass != "" {
		text += "\n" + p.T("notice.mail.survey_link") + "\n" + strings.TrimSuffix(w.URL, "/") + SurveyPath + m.SurveyPass + "\n"
	} else if w.URL != "" {
		text += "\n" + p.T("notice.mail.place_link") + "\n" + w.link(m, "") + "\n"
	}
	text += "\n-- \n" + p.T("notice.mail.foot") + "\n"
	return Letter{To: m.Address, Name: oneLine(m.Name), Subject: cut(oneLine("[Kilter] "+what+p.T("notice.mail.colon")+m.Title), 180), Text: text, ID: w.id(m.Key), Thread: w.id("page" + m.View)}
}
