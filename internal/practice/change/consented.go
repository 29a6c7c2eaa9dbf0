package change

import (
	"slices"

	"kilter/internal/base/fault"
)

// consented are the fields that a consent is about, as far as they are edited
// outside moves; see Subject for all of them.
var consented = []string{"title", "service", "zone", "reason", "description", "procedure", "test", "communication", "cost"}

// edited keeps what was authorised as it is, and asks anew for the consent to what
// is being decided on: nobody has consented to what is written now. What was not
// there when it was authorised may be added, and its network put right, which is
// who may read it.
func (d *Desk) edited(s *sitting, c *Change) error {
	var many fault.Many
	material := false
	for _, one := range s.Changed(c) {
		if !slices.Contains(consented, one.Field) {
			continue
		}
		material = true
		if !c.Authorised.IsZero() && one.Was != "" && one.Field != "zone" {
			many = append(many, fault.At(one.Field, "change.consented"))
		}
	}
	if err := many.Err(); err != nil || !material {
		return err
	}
	asking, err := s.Asking(c)
	if err != nil || asking == nil {
		return err
	}
	if err := s.Withdraw(c); err != nil {
		return err
	}
	if err := d.ask(s, c); err != nil && (c.Type != Emergency || !isShort(err)) {
		return err
	}
	return nil
}
