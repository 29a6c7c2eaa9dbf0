package web

import (
	"context"
	"net/http"
	"strconv"

	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/view"
)

// alertRow is a saved view that shows its reader more than it should.
type alertRow struct {
	notice.Alert
	View view.View
}

// href is the list it is about.
func (a alertRow) href() string {
	return a.View.Kind.Path() + "?view=" + a.View.Code
}

// alerts are those of views that the reader still has, newest first.
func (b *Bell) alerts(r *http.Request, a people.Actor) ([]alertRow, error) {
	if b.Alerts == nil || b.Views == nil || !a.Staff {
		return nil, nil
	}
	all, err := b.Alerts.Alerts(r.Context(), a.ID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ids := make([]int64, len(all))
	for i, one := range all {
		ids[i] = one.View
	}
	named, err := b.Views.Named(a, ids)
	if err != nil {
		return nil, err
	}
	var out []alertRow
	for _, one := range all {
		if v, ok := named[one.View]; ok {
			out = append(out, alertRow{one, v})
		}
	}
	return out, nil
}

// nudges are what the reader was told of things that are no records. A page
// stands without them when they cannot be read.
func (b *Bell) nudges(r *http.Request, a people.Actor) []notice.Nudge {
	if b.Nudges == nil || !a.Staff {
		return nil
	}
	all, err := b.Nudges.Nudges(r.Context(), a.ID)
	if err != nil && r.Context().Err() == nil {
		b.Log.ErrorContext(r.Context(), "what is no record cannot be told", "err", err)
	}
	return all
}

// seen marks the notices about one record, the alert of one view, what was told
// of one thing, or all of these as read.
func (b *Bell) seen(ctx context.Context, a people.Actor, form *Form) error {
	nudge, _ := strconv.ParseInt(form.Get("nudge"), 10, 64) // none is all
	saved, _ := strconv.ParseInt(form.Get("view"), 10, 64)  // none is all
	rec, _ := strconv.ParseInt(form.Get("record"), 10, 64)
	if b.Nudges != nil && rec == 0 && saved == 0 {
		if err := b.Nudges.ReadNudge(ctx, a.ID, nudge, b.Now()); err != nil || nudge != 0 {
			return err
		}
	}
	if b.Alerts != nil && rec == 0 {
		if err := b.Alerts.ReadAlert(ctx, a.ID, saved, b.Now()); err != nil || saved != 0 {
			return err
		}
	}
	return b.Notices.Read(ctx, a.ID, rec, b.Now())
}
