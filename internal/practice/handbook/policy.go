package handbook

import "kilter/internal/practice/setting"

// PolicyCode is the code of the centre setting that holds the policy of the
// handbook.
const PolicyCode = "handbook"

// Policy is what a centre arranges for its handbook.
type Policy struct {
	Consents int `json:"consents"` // of how many a chapter is approved
	Days     int `json:"days"`     // working days in which it is decided
	Months   int `json:"months"`   // after which a chapter is looked at again
	Figures  int `json:"figures"`  // days back over which figures are taken
	Window   int `json:"window"`   // days back in which cases are held to the flow
	Share    int `json:"share"`    // percent of cases by the book below which it is said that behaviour drifts
}

// StandardPolicy holds until a centre decides otherwise.
func StandardPolicy() Policy {
	return Policy{Consents: 1, Days: 10, Months: 12, Figures: 90, Window: 365, Share: 95}
}

var document = setting.Document[Policy]{Code: PolicyCode, Usual: StandardPolicy, Whole: (*Policy).whole}

// PolicyOf reads the policy out of the settings; a number that it leaves out is
// as in the standard one.
func PolicyOf(all *setting.All) (Policy, error) { return document.Of(all) }

// whole fills in what a document leaves out.
func (p *Policy) whole() {
	usual := StandardPolicy()
	for _, n := range []struct{ to, usual *int }{
		{&p.Consents, &usual.Consents}, {&p.Days, &usual.Days}, {&p.Months, &usual.Months}, {&p.Figures, &usual.Figures}, {&p.Window, &usual.Window}, {&p.Share, &usual.Share},
	} {
		if *n.to == 0 {
			*n.to = *n.usual
		}
	}
}

// Sheet describes the policy for its page.
func Sheet() setting.Sheet {
	type D = Policy
	return document.Sheet(nil,
		setting.IntOf("consents", 1, 5, func(d *D) *int { return &d.Consents }).Must(),
		setting.IntOf("days", 1, 60, func(d *D) *int { return &d.Days }).Must(),
		setting.IntOf("months", 1, 60, func(d *D) *int { return &d.Months }).Must(),
		setting.IntOf("figures", 7, 366, func(d *D) *int { return &d.Figures }).Must(),
		setting.IntOf("window", 7, 1095, func(d *D) *int { return &d.Window }).Must(),
		setting.IntOf("share", 1, 100, func(d *D) *int { return &d.Share }).Must(),
	)
}
