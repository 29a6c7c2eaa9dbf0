package cmdb

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// MostStanding is how many lines a standing import takes in before the next of
// the day begins, so that adding one more stays cheap.
const MostStanding = 500

// Addition is what a lot adds to the import that stands open for reports of
// its kind: one a day for each source and sender. The store begins it when
// there is none, and writes it with the lot or not at all; what the lot brings
// belongs to it.
type Addition struct {
	Import *Import    // as it begins; its Counts and Rows are added
	Lines  []PlanLine // what the report changed or what is wrong with it; "same" is only counted
}

// Take takes in what a machine reports of itself: the difference is carried out
// at once and belongs to the standing import of the day, which is shown and
// undone as any other. Without the grant to approve, the report waits as a
// draft in the place of the one before it. report gives it anew for every try;
// its relations, which machines do not report, are not looked at.
func (r *Reconciler) Take(ctx context.Context, by people.Actor, report func() Report) (Import, error) {
	if err := by.May(DeedImport); err != nil {
		return Import{}, err
	}
	const tries = 3 // two machines may begin the day, or report the same item, at once
	for n := 1; ; n++ {
		rep := report()
		rep.NextTie, rep.brief = nil, len(rep.Complete) == 0
		in, err := r.take(ctx, by, rep)
		if err == nil || n == tries || !fault.Is(err, fault.Conflict) && !taken(err) {
			return in, err
		}
	}
}

func taken(err error) bool {
	return slices.ContainsFunc(fault.All(err), func(f *fault.Fault) bool { return f.Key == "cmdb.code_taken" })
}

func (r *Reconciler) take(ctx context.Context, by people.Actor, rep Report) (Import, error) {
	p, err := r.differ(ctx, by, rep)
	if err != nil {
		return Import{}, err
	}
	at := r.now()
	in := Import{
		Source: p.Source, File: p.File, State: Drafted, Counts: p.Counts, At: at, By: by.ID, Name: by.Name,
		Standing: strings.Join([]string{p.Source, fmt.Sprint(by.ID), p.File}, "/"),
	}
	if by.May(DeedApprove) != nil {
		return in, r.Imports.AddImport(ctx, &in, p)
	}
	today := day.Today(r.Now, r.Place).Format(time.DateOnly)
	in.State, in.File, in.Done, in.Approved, in.Rows = Done, today, at, by.ID, len(p.Lines)
	in.Standing, in.Counts, in.Turn = strings.Join([]string{p.Source, fmt.Sprint(by.ID), today}, "/"), maps.Clone(p.Counts), 1
	c := &carrier{Reconciler: r, by: by, in: &in, plan: p, at: at}
	lot, gone, err := c.lot(ctx, p.Lines)
	if err != nil {
		return in, err
	}
	lot.Standing = &Addition{Import: &in, Lines: slices.DeleteFunc(slices.Clone(p.Lines), func(l PlanLine) bool { return l.Outcome == Same })}
	if len(lot.Items) > 0 {
		row := audit.By(by, at, DeedApprove, "")
		row.Detail = audit.Detail("source", p.Source, "report", p.File, "add", in.Counts[Add], "change", in.Counts[Alter])
		lot.Audit = append(lot.Audit, row)
	}
	return in, c.write(ctx, lot, gone)
}
