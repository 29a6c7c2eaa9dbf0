package change

import (
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
)

// EmergencyPolicy is within which time an emergency change is written up.
type EmergencyPolicy struct {
	Record   int `json:"record_hours"`   // its authorisation, from when it was submitted
	Document int `json:"document_hours"` // its facts, from when it was implemented
}

// StandardEmergency holds until a centre decides otherwise (domain/mof, section
// CHG).
func StandardEmergency() EmergencyPolicy {
	return EmergencyPolicy{Record: int(RecordWithin / time.Hour), Document: int(DocumentWithin / time.Hour)}
}

// mostHours bounds both.
const mostHours = 30 * 24

// Check says what is wrong with an arrangement.
func (p EmergencyPolicy) Check() error {
	var many fault.Many
	for field, n := range map[string]int{"record_hours": p.Record, "document_hours": p.Document} {
		if n < 1 || n > mostHours {
			many = append(many, fault.At(field, "record.out_of_range").With("low", 1).With("high", mostHours))
		}
	}
	return many.Err()
}

// Duty is what is to be written down of an emergency.
type Duty string

// The duties.
const (
	ToRecord   Duty = "record"
	ToDocument Duty = "document"
)

// Debt is something that is owed of an emergency change, with its times.
type Debt struct {
	What       Duty
	Since, Due time.Time
}

// Near reports whether more than half of the time has passed.
func (d Debt) Near(now time.Time) bool { return now.After(d.Since.Add(d.Due.Sub(d.Since) / 2)) }

// Late reports whether all of it has.
func (d Debt) Late(now time.Time) bool { return now.After(d.Due) }

// Owing is what is owed of a change with this timeline now; false when nothing
// is. Until somebody has recorded an authorisation, nobody knows when it was
// given: its time begins when the change was submitted last.
func (c *Change) Owing(p EmergencyPolicy, past []record.Entry) (Debt, bool) {
	switch {
	case c.Type == Emergency && c.State == Submitted:
		since := c.Opened
		for _, e := range past {
			if e.To == Submitted && e.From != Submitted {
				since = e.At
			}
		}
		return debt(ToRecord, since, p.Record), true
	case c.Type == Emergency && c.State == Implemented:
		return debt(ToDocument, c.Ended, p.Document), true
	}
	return Debt{}, false
}

func debt(what Duty, since time.Time, hours int) Debt {
	return Debt{what, since, since.Add(time.Duration(hours) * time.Hour)}
}
