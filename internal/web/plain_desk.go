package web

import (
	"context"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// plainOf is the desk of a practice as the plain page works with it.
type plainOf[R record.Body] struct {
	Look  plainLook
	Desk  *record.Desk[R]
	Blank func() R
	Next  func(people.Actor, R) []flow.Move[R]                                                // what the flow offers when nil
	Move  func(context.Context, people.Actor, record.Number, string, record.Input) (R, error) // the desk's when nil
	Raise func(context.Context, people.Actor, record.Input) (R, error)                        // nil when another page opens records
}

func (p *plainOf[R]) look() *plainLook { return &p.Look }

func (p *plainOf[R]) read(ctx context.Context, by people.Actor, n record.Number) (record.Body, []plainMove, func(string) string, error) {
	r, err := p.Desk.Find(ctx, by, n)
	if err != nil {
		return nil, nil, nil, err
	}
	moves := p.Desk.Flow.From(r.Common().State)
	if p.Next != nil {
		moves = p.Next(by, r)
	}
	var out []plainMove
	for _, m := range moves {
		if by.Can(string(p.Desk.Kind) + "." + m.Name) {
			out = append(out, plainMove{Name: m.Name, Asks: m.Asks, Needs: m.Fit(p.Blank()), Says: m.Says})
		}
	}
	return r, out, func(name string) string {
		if f, ok := p.Desk.Sheet.Find(name); ok {
			return f.Get(r)
		}
		return ""
	}, nil
}

func (p *plainOf[R]) asks() []string {
	if p.Raise == nil {
		return nil
	}
	return p.Desk.Flow.Asks
}

// headOf is the head of what a deed answers.
func headOf[R record.Body](r R, err error) (*record.Head, error) {
	if err != nil {
		return nil, err
	}
	return r.Common(), nil
}

func (p *plainOf[R]) open(ctx context.Context, by people.Actor, in record.Input) (*record.Head, error) {
	return headOf(p.Raise(ctx, by, in))
}

func (p *plainOf[R]) move(ctx context.Context, by people.Actor, n record.Number, name string, in record.Input) (*record.Head, error) {
	if p.Move != nil {
		return headOf(p.Move(ctx, by, n, name, in))
	}
	return headOf(p.Desk.Move(ctx, by, n, name, in))
}

func (p *plainOf[R]) edit(ctx context.Context, by people.Actor, n record.Number, changes []record.Change) (*record.Head, error) {
	return headOf(p.Desk.Edit(ctx, by, n, changes, record.Input{}))
}

func (p *plainOf[R]) note(ctx context.Context, by people.Actor, n record.Number, in record.Input) (*record.Head, error) {
	return headOf(p.Desk.Note(ctx, by, n, in))
}

func (p *plainOf[R]) watch(ctx context.Context, by people.Actor, n record.Number, off bool) (*record.Head, error) {
	return headOf(p.Desk.One(ctx, by, n, record.Input{}, func(k *record.Sitting[R], r R) error { return follow(k, r, by.ID, off) }))
}

func (p *plainOf[R]) plan(ctx context.Context, by people.Actor, n record.Number, t record.Task) (*record.Head, error) {
	return headOf(p.Desk.One(ctx, by, n, record.Input{}, func(k *record.Sitting[R], r R) error { return k.Plan(r, t) }))
}

func (p *plainOf[R]) work(ctx context.Context, by people.Actor, n record.Number, task int64, do func(*record.Task) error) (*record.Head, error) {
	return headOf(p.Desk.One(ctx, by, n, record.Input{}, func(k *record.Sitting[R], r R) error { return k.Work(r, task, do) }))
}

// follow lets a person watch a record, or not any more.
func follow[R record.Body](k *record.Sitting[R], r R, who people.ID, off bool) error {
	if off {
		return k.Unwatch(r, who)
	}
	return k.Watch(r, who)
}

func (p *plainOf[R]) files() record.Files { return p.Desk.Files }

func (p *plainOf[R]) file(ctx context.Context, by people.Actor, n record.Number, id int64) (record.Attachment, error) {
	return p.Desk.File(ctx, by, n, id)
}
