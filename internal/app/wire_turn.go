package app

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/change"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
)

// turnKinds are the kinds of notices by what became of an announcement.
var turnKinds = map[change.Outlook]notice.What{
	change.AsTold: notice.WorkStands, change.Reopened: notice.WorkReopened, change.Moved: notice.WorkMoved, change.Scrapped: notice.WorkOff,
}

// fates is the reverse of turnKinds.
var fates = map[notice.What]change.Outlook{
	notice.WorkStands: change.AsTold, notice.WorkReopened: change.Reopened, notice.WorkMoved: change.Moved, notice.WorkOff: change.Scrapped,
}

// inLang is the language of a code, or English.
func inLang(code string) lang.Lang {
	if l, ok := lang.Parse(code); ok {
		return l
	}
	return lang.English
}

// tellOfTurn tells one person what became of planned work that he was told of.
func (h *house) tellOfTurn(ctx context.Context, a *change.Coming, t *change.Turn, who people.ID) (bool, error) {
	by, err := h.reader(ctx, who)
	if len(fault.All(err)) > 0 || err == nil && !by.Scope.Clears(a.Today) {
		return false, nil // he has gone, is locked out, or not cleared any more
	}
	if err != nil {
		return false, err
	}
	p, err := h.db.Person(ctx, who)
	if err != nil {
		return false, err
	}
	if p.Doc.Lang == "" {
		p.Doc.Lang = h.directory.View().Centre().Lang
	}
	one, mail := notice.Nudging(p, notice.Nudge{What: turnKinds[t.Outlook], Target: t.ID, Name: a.Title, Place: fmt.Sprintf("/portal/work/%d", a.ID), At: t.At}, h.db.Place())
	one.Bell = one.Bell && p.Staff
	if !h.mailing() {
		mail = nil
	}
	if mail != nil {
		mail.Staff = p.Staff
		if t.Outlook == change.Moved {
			say := lang.For(inLang(p.Doc.Lang)).In(h.place())
			mail.Text = say.T("change.announce.moved_to", "starts", say.DateTime(t.Span.From), "ends", say.DateTime(t.Span.Until))
		}
	}
	if !one.Bell && mail == nil {
		return false, nil
	}
	return true, h.db.Nudges().Nudge(ctx, one, mail)
}

// mailHolds tells of a mail about planned work whether that is still planned as it
// says, and whether its reader is cleared for the network of the change as it is
// now; of a change that is reconsidered the mail says so. Of what became of it
// nobody is told who was not sent that mail before. Every other mail holds.
func (h *house) mailHolds(ctx context.Context, d *notice.Delivery) (bool, error) {
	fate, sequel := fates[d.What]
	if d.What != notice.WorkTold && !sequel {
		return true, nil
	}
	id, err := strconv.ParseInt(d.View[strings.LastIndex(d.View, "/")+1:], 10, 64)
	if err != nil {
		return false, nil // it is about no announcement
	}
	by, err := h.reader(ctx, d.Person)
	if len(fault.All(err)) > 0 {
		return false, nil // he has gone, or is locked out
	}
	if err != nil {
		return false, err
	}
	if sequel {
		holds, err := h.announcements.TurnHolds(ctx, by, id, fate, d.At)
		if err != nil || !holds {
			return false, err
		}
		return h.db.FirstTold(ctx, id, d.Person, d.At)
	}
	held, err := h.announcements.Holds(ctx, by, id)
	if err != nil || held == nil {
		return false, err
	}
	d.Anew = held.Anew()
	return true, nil
}
