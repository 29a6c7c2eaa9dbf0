package change

import (
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// mostUsers bounds the steps of impact.
const mostUsers = 10_000_000

// Sheets describes what a centre arranges for its changes.
func Sheets() setting.Sheets {
	return setting.Sheets{policySheet(), freezeSheet(), windowSheet(), modelSheet()}
}

// policySheet describes the policy. Until a centre decides otherwise it is
// filled in with what holds.
func policySheet() setting.Sheet {
	type D = Policy
	fields := []setting.Attribute{
		setting.PersonsOf("board", func(d *D) *[]people.ID { return &d.Board }),
		setting.IntOf("quorum", 1, 50, func(d *D) *int { return &d.Quorum }).Must(),
		setting.IntOf("days", 0, 60, func(d *D) *int { return &d.Days }),
		setting.PersonsOf("committee", func(d *D) *[]people.ID { return &d.Committee }),
		setting.RefsOf("exchange", setting.Service, func(d *D) *[]record.ServiceID { return &d.Exchange }),
	}
	fields = append(fields, setting.IntOf("demote", 1, 50, func(d *D) *int { return &d.Demote }).Must())
	fields = append(
		fields,
		setting.IntOf("record_hours", 1, mostHours, func(d *D) *int { return &d.Record }).Must(),
		setting.IntOf("document_hours", 1, mostHours, func(d *D) *int { return &d.Document }).Must(),
	)
	for i := range Degrees - 1 {
		fields = append(fields, setting.IntOf("users_"+strconv.Itoa(i+2), 1, mostUsers, func(d *D) *int { return &d.Users[i] }).Must())
	}
	fields = append(
		fields,
		setting.BoolOf("risk_entry", func(d *D) *bool { return &d.Entry }),
		setting.SeveralOf("assess", AssessRoles, func(d *D) *[]Role { return &d.Must }),
		setting.IntOf("announce_days", 0, 60, func(d *D) *int { return &d.Before }),
		setting.ChoiceOf("announce_how", strictnesses, func(d *D) *Strictness { return &d.Strict }),
	)
	return document.Sheet(func(_ *setting.All, d *D) error { return d.fits() }, fields...)
}

// fits says what is wrong with a policy that somebody wants to save, at the
// fields of its page. A board that can never reach its quorum would authorise
// nothing.
func (p *Policy) fits() error {
	if err := p.Authority.Check(); err != nil {
		return err
	}
	if n := len(p.Board); n > 0 && n < p.Quorum {
		return fault.At("quorum", "change.quorum_beyond_board").With("n", n)
	}
	for i := 1; i < len(p.Users); i++ {
		if p.Users[i] <= p.Users[i-1] {
			return fault.At("users_"+strconv.Itoa(i+2), "change.steps_must_rise")
		}
	}
	return nil
}
