package app

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/report/desk"
)

// shown tells what a link of a review's evidence leads to, for whoever may open it:
// a record by its number or the address of its page, of one of its files or of a
// report. Whoever may not is told the same as where there is nothing.
func (h *house) shown(ctx context.Context, by people.Actor, link string) (review.Target, error) {
	path := h.ownPath(link)
	for part := range strings.SplitSeq(path, "/") {
		kind, number, err := record.ParseRef(part)
		if err != nil {
			continue
		}
		return h.shownRecord(ctx, by, kind, number, path)
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) > 1 {
		if id, err := strconv.ParseInt(parts[1], 10, 64); err == nil {
			return h.shownPage(ctx, by, parts, id)
		}
	}
	known, ok := shownReports[path]
	if !ok || !by.Can(desk.Grant) || known.deed != "" && !by.Can(known.deed) {
		return review.Target{}, fault.New(fault.Missing, "review.no_link")
	}
	return review.Target{Link: path, Href: path, Name: people.Text{En: lang.For("en").T(known.name), Zh: lang.For("zh").T(known.name)}}, nil
}

// shownReports are the reports that have a page without an id.
var shownReports = map[string]struct{ deed, name string }{
	"/reports/desk":     {"", "report.desk.title"},
	"/reports/changes":  {"change.read", "transition.title_changes"},
	"/reports/releases": {"release.read", "transition.title_releases"},
}

// ownPath is the path of an address of this Kilter, with its name or without; what
// is looked for in a page is no part of it.
func (h *house) ownPath(link string) string {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil {
		return ""
	}
	return u.Path
}

func (h *house) shownRecord(ctx context.Context, by people.Actor, kind record.Kind, number record.Number, path string) (review.Target, error) {
	ref := record.Ref(kind, number)
	if !by.Can(string(kind) + ".read") {
		return review.Target{}, fault.New(fault.Missing, "review.no_link")
	}
	row, err := record.Lookup(ctx, h.db.Ledger(), by.Scope, ref)
	if err != nil {
		return review.Target{}, err
	}
	title := ref + " " + row.Title
	t := review.Target{Link: ref, Href: kind.Path() + "/" + ref, Name: people.Text{En: title, Zh: title}}
	if parts := strings.Split(strings.Trim(path, "/"), "/"); len(parts) == 4 && parts[2] == "file" && "/"+parts[0] == kind.Path() {
		id, err := strconv.ParseInt(parts[3], 10, 64)
		if err != nil {
			return review.Target{}, fault.New(fault.Missing, "review.no_link")
		}
		files, err := h.db.Files().Attachments(ctx, false, row.ID)
		if err != nil {
			return review.Target{}, err
		}
		for i := range files {
			if f := &files[i]; f.ID == id {
				t.Link = t.Href + "/file/" + parts[3]
				t.Href, t.Name = t.Link, people.Text{En: ref + " " + f.Name, Zh: ref + " " + f.Name}
				return t, nil
			}
		}
		return review.Target{}, fault.New(fault.Missing, "review.no_link")
	}
	return t, nil
}

// shownPage is a page that has an id of its own, and what is below it.
func (h *house) shownPage(ctx context.Context, by people.Actor, parts []string, id int64) (review.Target, error) {
	path := "/" + strings.Join(parts[:2], "/")
	var name people.Text
	switch parts[0] {
	case "surveys":
		w, err := h.surveys.Read(ctx, by, id)
		if err != nil {
			return review.Target{}, err
		}
		if name = w.Name; len(parts) == 3 && parts[2] == "report" {
			path += "/report"
		}
	case "maturity":
		a, err := h.assessments().Find(ctx, by, id)
		if err != nil {
			return review.Target{}, err
		}
		name = a.Name
		if len(parts) == 4 && parts[2] == "files" {
			file, err := strconv.ParseInt(parts[3], 10, 64)
			if err != nil {
				return review.Target{}, fault.New(fault.Missing, "review.no_link")
			}
			f, err := h.assessments().File(ctx, by, id, file)
			if err != nil {
				return review.Target{}, err
			}
			path, name = path+"/files/"+parts[3], people.Text{En: f.Name, Zh: f.Name}
		}
	case "roadmap":
		p, err := h.programmes().Find(ctx, by, id)
		if err != nil {
			return review.Target{}, err
		}
		name = p.Name
	case "reviews":
		r, err := h.reviews().Named(ctx, by, id)
		if err != nil {
			return review.Target{}, err
		}
		if name = r; len(parts) == 4 && parts[2] == "files" {
			file, err := strconv.ParseInt(parts[3], 10, 64)
			if err != nil {
				return review.Target{}, fault.New(fault.Missing, "review.no_link")
			}
			f, err := h.reviews().File(ctx, by, id, file)
			if err != nil {
				return review.Target{}, err
			}
			path, name = path+"/files/"+parts[3], people.Text{En: f.Name, Zh: f.Name}
		}
	default:
		return review.Target{}, fault.New(fault.Missing, "review.no_link")
	}
	return review.Target{Link: path, Href: path, Name: name}, nil
}
