package review

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/review"
	"kilter/internal/web"
)

// exportList sends the reviews that the reader may know of as a table; in a
// workbook what is to be seen to stands beside them.
func (s *sight) exportList(w http.ResponseWriter, r *http.Request) error {
	as, err := web.SavedAs(r)
	if err != nil {
		return err
	}
	all, err := s.Reviews.List(s.ctx, s.By, review.Wanted{})
	if err != nil {
		return err
	}
	return web.Saved{As: as, Name: "reviews-" + s.Today(), Title: s.T("review.title")}.Write(w, func(out sheet.Writer) error {
		if err := s.writeList(out, all); err != nil {
			return err
		}
		if book, ok := out.(sheet.Workbook); ok {
			if err := book.Sheet(s.T("review.pending")); err != nil {
				return err
			}
			if err := s.writeUndone(book, review.Undone(all)); err != nil {
				return err
			}
		}
		return out.Close()
	})
}

func (s *sight) heads(keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = s.T(k)
	}
	return out
}

func (s *sight) cell(t time.Time) sheet.Cell {
	if t.IsZero() {
		return sheet.Text("")
	}
	return sheet.Text(t.In(s.Zone()).Format(web.TypedMoment))
}

func dayCell(t time.Time) sheet.Cell { return sheet.Text(dateOf(t)) }

func (s *sight) writeList(out sheet.Writer, all []review.Review) error {
	if err := out.Header(s.heads("maturity.col.state", "maturity.col.name", "review.kind", "review.at", "review.chair", "review.place", "review.from", "review.until", "review.change", "review.persons", "review.open_conditions", "review.open_actions")...); err != nil {
		return err
	}
	for i := range all {
		r := &all[i]
		_, _, stand := s.stand(r)
		err := out.Row(sheet.Text(stand), sheet.Text(s.name(r.Name)), sheet.Text(s.T("review.kind."+string(r.Kind))), s.cell(r.At), sheet.Text(s.Somebody(r.Chair)), sheet.Text(r.Place), dayCell(r.From), dayCell(r.Until), sheet.Text(changeOf(r)),
			sheet.Int(int64(r.Persons())), sheet.Int(int64(review.Open(r.Conditions))), sheet.Int(int64(review.Open(r.Actions))))
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *sight) writeUndone(out sheet.Writer, all []review.Placed) error {
	if err := out.Header(s.heads("review.due", "review.what", "review.owner", "review.of", "review.kind")...); err != nil {
		return err
	}
	for _, d := range all {
		if err := out.Row(dayCell(d.Due), sheet.Text(d.Text), sheet.Text(s.Somebody(d.Owner)), sheet.Text(s.name(d.Review.Name)), sheet.Text(s.T("review.duty."+string(d.List)))); err != nil {
			return err
		}
	}
	return nil
}

// export sends one review: its agenda with figures and what was said, its checklist,
// who was there, conditions and actions; one table, a line for each point.
func (s *sight) export(w http.ResponseWriter, r *http.Request) error {
	as, err := web.SavedAs(r)
	if err != nil {
		return err
	}
	one, err := s.Reviews.Find(s.ctx, s.By, web.PathID(r, "id"))
	if err != nil {
		return err
	}
	files, err := s.Reviews.Files(s.ctx, s.By, one.ID)
	if err != nil {
		return err
	}
	name := s.name(one.Name) + " " + one.At.In(s.Zone()).Format(time.DateOnly)
	return web.Saved{As: as, Name: name, Title: s.T("review.of")}.Write(w, func(out sheet.Writer) error {
		if err := out.Header(s.heads("review.part", "review.point", "review.found", "review.evidence", "review.link", "review.owner", "review.due", "review.done_on")...); err != nil {
			return err
		}
		p := &showPage{sight: s, One: one, Files: files}
		for _, write := range []func(sheet.Writer) error{p.writeHead, p.writeAgenda, p.writeChecks, p.writeDuties, p.writeFiles} {
			if err := write(out); err != nil {
				return err
			}
		}
		return out.Close()
	})
}

// line is a line of the table: what it is, the point, what was found, evidence.
func line(out sheet.Writer, cells ...string) error {
	const wide = 8
	row := make([]sheet.Cell, wide)
	for i := range row {
		row[i] = sheet.Text("")
		if i < len(cells) {
			row[i] = sheet.Text(cells[i])
		}
	}
	return out.Row(row...)
}

func (p *showPage) writeHead(out sheet.Writer) error {
	one := p.One
	_, _, stand := p.stand(one)
	owner := ""
	if one.Owner != 0 {
		owner = p.Somebody(one.Owner)
	}
	for _, l := range [][]string{
		{p.T("review.of"), p.name(one.Name), stand},
		{p.T("review.at"), one.At.In(p.Zone()).Format(web.TypedMoment), one.Place},
		{p.T("review.chair"), p.Somebody(one.Chair)},
		{p.T("review.period_of"), dateOf(one.From), dateOf(one.Until)},
		{p.T("review.change"), changeOf(one)},
		{p.T("review.change_owner"), owner},
		{p.T("review.minutes"), one.Minutes},
	} {
		if l[1] == "" {
			continue
		}
		if err := line(out, l...); err != nil {
			return err
		}
	}
	for _, c := range review.Clusters {
		if all := p.seats(c); len(all) > 0 {
			if err := line(out, p.T("review.present"), p.T("release.cluster."+string(c)), p.Names(all)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *showPage) writeAgenda(out sheet.Writer) error {
	for _, i := range p.One.Agenda {
		if err := line(out, p.T("review.agenda"), p.name(i.Text), p.name(i.Says), i.Minutes, i.Link); err != nil {
			return err
		}
		for _, l := range i.Lines {
			if err := line(out, p.T("review.agenda"), "", p.name(l.Text), "", l.Link); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *showPage) writeChecks(out sheet.Writer) error {
	for _, c := range p.One.Checks {
		_, _, said := p.said(c)
		if err := line(out, p.T("review.checks"), p.name(c.Text), said, c.Evidence, c.Link); err != nil {
			return err
		}
	}
	return nil
}

func (p *showPage) writeDuties(out sheet.Writer) error {
	for _, l := range []review.List{review.Conditions, review.Actions} {
		for _, d := range p.duties(l) {
			if err := line(out, p.T("review.duty."+string(l)), d.Text, "", d.Evidence, strings.Join(slices.DeleteFunc([]string{d.Link, d.Proof}, func(l string) bool { return l == "" }), " "), p.Somebody(d.Owner), dateOf(d.Due), dateOf(d.Done)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *showPage) writeFiles(out sheet.Writer) error {
	for _, f := range p.Files {
		if err := line(out, p.T("review.file"), p.partName(f.Part, f.N), "", f.Name, fileHref(p.One.ID, f.ID)); err != nil {
			return err
		}
	}
	return nil
}
