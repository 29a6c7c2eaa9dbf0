package change

import (
	"slices"

	"kilter/internal/base/fault"
)

// consented are the fields that a consent is about, as far as they are edited
// outside moves; see Subject for all of them.
var consented = []string{"title", "service", "zone", "reason", "description", "procedure", "test", "communication", "cost", "benefit", "gain"}

// edited keeps what was authorised as it is, and asks anew for the consent to what
// is being decided on: nobody has consented to what is written now. What was not
// there when it was authorised may be added, and its network put right, which is
// who may read it; of a standard change within what its model is for. While it is
// being decided on, whoever asked for it, owns it or steers it edits it, until
// somebody has given his voice.
func (d *Desk) edited(s *sitting, c *Change) error {
	var many fault.Many
	material, moved := false, false
	for _, one := range s.Changed(c) {
		moved = moved || one.Field == "zone" || one.Field == "category"
		if !slices.Contains(consented, one.Field) {
			continue
		}
		material = true
		if !c.Authorised.IsZero() && one.Was != "" && one.Field != "zone" {
			many = append(many, fault.At(one.Field, "change.consented"))
		}
	}
	if moved && c.Type == Standard && !c.Authorised.IsZero() && d.Models != nil {
		if err := d.Models.still(s.By, c); err != nil {
			return err
		}
	}
	if err := many.Err(); err != nil || !material {
		return err
	}
	asking, err := s.Asking(c)
	if err != nil || asking == nil {
		return err
	}
	switch {
	case len(asking.Took()) > 0: // voices are not taken away from those who have spoken
		return fault.New(fault.Conflict, "change.voices_given")
	case s.By.ID != c.Requester && s.By.ID != c.Owner && !s.By.Can("change.ask_more") && !s.By.Can("change.return"):
		return fault.New(fault.Conflict, "change.being_decided")
	}
	if err := s.Withdraw(c); err != nil {
		return err
	}
	if err := d.ask(s, c); err != nil && (c.Type != Emergency || !isShort(err)) {
		return err
	}
	return nil
}
