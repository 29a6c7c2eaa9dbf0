package notice

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Alert says that a saved view shows a person more records than it should.
type Alert struct {
	To   people.ID
	View int64 // the id of the saved view
	Most int   // it shows more than so many
	At   time.Time
	Bell bool      // it rings
	Read time.Time // zero until read
}

// AlertStore keeps, for each person and view, whether it is above its number,
// so that a crossing is told once and again only after it was below.
type AlertStore interface {
	// Above lists the alerts of all persons whose views were above at last look.
	Above(ctx context.Context) ([]Alert, error)
	// Cross keeps that a view has gone above, and puts the mail in line in the
	// same transaction; false, and neither, when it was above already.
	Cross(ctx context.Context, a Alert, mail *Delivery) (bool, error)
	// Below keeps that a view has come back.
	Below(ctx context.Context, who people.ID, view int64) error
	// Alerts lists a person's alerts that ring, newest first.
	Alerts(ctx context.Context, who people.ID) ([]Alert, error)
	// ReadAlert marks a person's alert of a view as read; 0 is all views.
	ReadAlert(ctx context.Context, who people.ID, view int64, at time.Time) error
}

// Called is the saved view an alert is about, as its reader knows it.
type Called struct {
	ID   int64
	Code string
	Name string
	Kind record.Kind
}

// Alarm is the alert of a view that has gone above a number, and the mail
// about it when the person wants one and has an address.
func Alarm(p people.Person, v Called, most int, at time.Time, zone *time.Location) (Alert, *Delivery) {
	a := Alert{To: p.ID, View: v.ID, Most: most, At: at, Bell: Wants(p.Doc.Prefs, Counted, Bell)}
	if p.Mail == "" || !Wants(p.Doc.Prefs, Counted, Mail) {
		return a, nil
	}
	return a, &Delivery{
		Key:    "view." + strconv.FormatInt(v.ID, 10) + "." + p.ID.String() + "." + strconv.FormatInt(at.UnixMilli(), 10),
		Person: p.ID, Address: p.Mail, Name: p.Name, Lang: p.Doc.Lang, What: Counted, About: v.Kind, Title: v.Name, View: v.Code,
		Staff: true, Count: most, At: at, Due: Awake(p.Doc.Prefs, at, cmp.Or(zone, time.UTC)), State: Waiting,
	}
}

// viewLetter writes the letter about a saved view.
func (w Writer) viewLetter(m Delivery) Letter {
	p := printer(m)
	name := "view." + m.View + "." + strconv.FormatInt(m.At.UnixMilli(), 10) + "." + m.Person.String()
	text := p.T("notice.mail.greeting", "name", m.Name) + "\n\n" + p.T("notice.mail.body.counted", "name", m.Title, "n", p.Number(m.Count)) + "\n"
	if w.URL != "" {
		text += "\n" + p.T("notice.mail.view_link") + "\n" + w.link(m, "") + "\n"
	}
	text += "\n-- \n" + p.T("notice.mail.foot") + "\n"
	return Letter{To: m.Address, Name: oneLine(m.Name), Subject: cut(oneLine("[Kilter] "+p.T("notice.mail.counted")+p.T("notice.mail.colon")+m.Title), 180), Text: text, ID: w.id(name), Thread: w.id("view." + m.View)}
}
