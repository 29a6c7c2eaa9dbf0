package signin

import (
	"context"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// Profiles keeps what persons chose for themselves.
type Profiles interface {
	Person(ctx context.Context, id people.ID) (people.Person, error)
	SavePerson(ctx context.Context, p *people.Person, log ...audit.Row) error
}

// Choices are what the person has chosen.
func (d *Door) Choices(ctx context.Context, by people.Actor) (people.Choices, error) {
	if by.ID == 0 {
		return people.Choices{}, again()
	}
	p, err := d.Profiles.Person(ctx, by.ID)
	return p.Doc.Choices, err
}

// Choose keeps how the person wants to see Kilter; his next request shows it,
// on every device. Choices that cannot be are refused and nothing is kept.
func (d *Door) Choose(ctx context.Context, by people.Actor, change func(*people.Choices)) error {
	if by.ID == 0 {
		return again()
	}
	err := d.choose(ctx, by, change)
	if fault.Is(err, fault.Conflict) { // somebody changed the person meanwhile; the choices stand beside it
		err = d.choose(ctx, by, change)
	}
	return err
}

func (d *Door) choose(ctx context.Context, by people.Actor, change func(*people.Choices)) error {
	p, err := d.Profiles.Person(ctx, by.ID)
	if err != nil {
		return err
	}
	was := p.Doc.Choices
	change(&p.Doc.Choices)
	if err := p.Doc.Check(); err != nil || p.Doc.Choices == was {
		return err
	}
	p.Changed = d.Now()
	row := audit.By(by, p.Changed, "account.choose", "person:"+strconv.FormatInt(int64(by.ID), 10))
	row.Detail = audit.Detail("was", was, "now", p.Doc.Choices)
	return d.Profiles.SavePerson(ctx, &p, row)
}
