package change

import (
	"kilter/internal/base/fault"
	"kilter/internal/practice/setting"
)

// PolicyCode is the code of the centre setting that holds its policy for
// changes.
const PolicyCode = "changes"

// Policy is what a centre arranges for its changes: who authorises them, how
// their risk is reckoned, who assesses them, how early users are told, and
// what the risk register has to know.
type Policy struct {
	Authority
	RiskPolicy
	Notification
	Assessors
	ModelPolicy
	EmergencyPolicy
	RegisterPolicy
}

// StandardPolicy holds until a centre decides otherwise.
func StandardPolicy() Policy {
	return Policy{StandardAuthority(), StandardRisk(), Notification{Before: 3, Strict: Warns}, Assessors{}, ModelPolicy{Demote: 2}, StandardEmergency(), RegisterPolicy{Entry: true}}
}

// Check says what is wrong with a policy that somebody wants to save.
func (p Policy) Check() error {
	var many fault.Many
	for _, err := range []error{p.Authority.Check(), p.RiskPolicy.Check(), p.EmergencyPolicy.Check()} {
		if err := many.Add(err); err != nil {
			return err
		}
	}
	return many.Err()
}

var document = setting.Document[Policy]{Code: PolicyCode, Usual: StandardPolicy}

// PolicyOf reads the document.
func PolicyOf(all *setting.All) (Policy, error) { return document.Of(all) }
