package grade

import (
	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Policy is what a centre arranges for grades: the document of the centre
// setting "grade".
type Policy struct {
	Window     int       `json:"window"`              // days after its end within which a record is graded
	CallDays   int       `json:"callDays"`            // working days within which whoever gave a bad grade is called back
	AnswerDays int       `json:"answerDays"`          // working days within which it is answered
	Duty       people.ID `json:"duty,omitempty"`      // who answers; 0 is the leader of the record's team
	Above      people.ID `json:"above,omitempty"`     // who is told of what is late; 0 is whoever manages the practice
	Sample     int       `json:"sample,omitempty"`    // percent of the other grades that are called back
	Enough     int       `json:"enough,omitempty"`    // grades from which on a share is told; below it is "too few to say"
	Anonymous  int       `json:"anonymous,omitempty"` // grades below which those of a department are not shown at all
}

// PolicyCode is the code of the centre setting that holds the policy.
const PolicyCode = "grade"

// StandardPolicy is what holds until a centre decides otherwise.
func StandardPolicy() Policy {
	return Policy{Window: 30, CallDays: 1, AnswerDays: 5, Enough: 10, Anonymous: 5}
}

// PolicyOf reads the policy out of the settings; a number that it leaves out is
// as in the standard one.
func PolicyOf(all *setting.All) (Policy, error) {
	p := StandardPolicy()
	t := all.Coded(setting.Centre, PolicyCode)
	if t == nil {
		return p, nil
	}
	doc, err := setting.Read[Policy](*t)
	if err != nil {
		return p, err
	}
	return doc.whole(), nil
}

func (p Policy) whole() Policy {
	std := StandardPolicy()
	for _, n := range []struct{ to, usual *int }{{&p.Window, &std.Window}, {&p.CallDays, &std.CallDays}, {&p.AnswerDays, &std.AnswerDays}, {&p.Enough, &std.Enough}, {&p.Anonymous, &std.Anonymous}} {
		if *n.to == 0 {
			*n.to = *n.usual
		}
	}
	return p
}

// Sheet describes the policy for its page.
func Sheet() setting.Sheet {
	s := setting.NewSheet[Policy](setting.Centre, 0,
		setting.IntOf("window", 1, 365, func(d *Policy) *int { return &d.Window }),
		setting.IntOf("call_days", 1, 30, func(d *Policy) *int { return &d.CallDays }),
		setting.IntOf("answer_days", 1, 60, func(d *Policy) *int { return &d.AnswerDays }),
		setting.PersonOf("duty", func(d *Policy) *people.ID { return &d.Duty }),
		setting.PersonOf("above", func(d *Policy) *people.ID { return &d.Above }),
		setting.IntOf("sample", 0, 100, func(d *Policy) *int { return &d.Sample }),
		setting.IntOf("enough", 1, 1000, func(d *Policy) *int { return &d.Enough }),
		setting.IntOf("anonymous", 1, 1000, func(d *Policy) *int { return &d.Anonymous }),
	)
	s.Check = func(_ *setting.All, f *setting.Form) error {
		if d := f.Doc.(*Policy).whole(); d.AnswerDays < d.CallDays {
			return fault.At("answer_days", "grade.answer_before_call")
		}
		return nil
	}
	return s
}

// Reason is the document of a reason on the list: nothing but its name so far.
type Reason struct {
	Note string `json:"note,omitempty"`
}

// Reasons describes the list of reasons.
func Reasons() setting.Sheet {
	return setting.NewSheet[Reason](setting.GradeReason, 0, setting.TextOf("note", 2000, func(d *Reason) *string { return &d.Note }))
}
