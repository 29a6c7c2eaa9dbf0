package change

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/people"
)

// NoticeColumns are the columns of a table of notices. Times are of the zone of
// the centre; several services or items stand in one cell, with semicolons.
var NoticeColumns = []string{"ref", "title", "starts", "ends", "services", "items", "zone", "impact", "withdrawn"}

// NoticeFile is a file of notices of one sender.
type NoticeFile struct {
	Name   string // tells what it is by its end: .ics, else a table
	Text   io.Reader
	Zone   *time.Location
	Source Source
	Who    string
	About  Notice // its services, items, network and impact stand where the file says none
}

// Fate is what taking a line of a file in comes to.
type Fate string

// The fates.
const (
	NoticeNew       Fate = "new"
	NoticeChanged   Fate = "changed"
	NoticeSame      Fate = "same"
	NoticeWithdrawn Fate = "withdrawn"
	NoticeWrong     Fate = "wrong"
)

// NoticeLine is what one line of a file says, and what becomes of it.
type NoticeLine struct {
	Notice Notice
	Fate   Fate
	Why    error // a fault, when it is wrong
}

// Preview reads a file and says what taking it in would change.
func (l *Notices) Preview(ctx context.Context, by people.Actor, f NoticeFile) ([]NoticeLine, error) {
	if err := by.May(ScheduleKeep); err != nil {
		return nil, err
	}
	var lines []NoticeLine
	var err error
	if strings.HasSuffix(strings.ToLower(f.Name), ".ics") {
		lines, err = l.events(ctx, by, f)
	} else {
		lines, err = l.table(ctx, by, f)
	}
	if err != nil {
		return nil, err
	}
	return lines, l.compare(ctx, by, lines)
}

// TakeIn takes a file in. What is wrong in it is left out, and said.
func (l *Notices) TakeIn(ctx context.Context, by people.Actor, f NoticeFile) (lines []NoticeLine, err error) {
	together := l.Together
	if together == nil {
		together = func(ctx context.Context, do func(context.Context) error) error { return do(ctx) }
	}
	lines, err = l.Preview(ctx, by, f)
	if err != nil {
		return nil, err
	}
	return lines, together(ctx, func(ctx context.Context) error {
		for i := range lines {
			if f := lines[i].Fate; f == NoticeSame || f == NoticeWrong {
				continue
			}
			if err := l.keep(ctx, by, &lines[i].Notice); err != nil {
				return err
			}
		}
		return nil
	})
}

// events reads an .ics file: the categories of an event, and its place, may name
// what it touches.
func (l *Notices) events(ctx context.Context, by people.Actor, f NoticeFile) ([]NoticeLine, error) {
	all, skipped, err := calendar.ReadEvents(f.Text, f.Zone, MostNotices)
	if err != nil {
		return nil, err
	}
	var out []NoticeLine
	for _, e := range all {
		n := f.About
		n.Source, n.Who, n.Ref, n.Title, n.Span, n.Withdrawn = f.Source, f.Who, e.UID, e.Title, Span{e.From, e.Until}, e.Cancelled
		if e.Text != "" {
			n.Impact = e.Text
		}
		touched := Notice{}
		for _, name := range append(e.Categories, e.Place) {
			l.touch(ctx, by, &touched, name)
		}
		out = append(out, l.line(by, n.or(touched), nil))
	}
	for _, s := range skipped {
		out = append(out, NoticeLine{Notice: Notice{Source: f.Source, Who: f.Who, Title: s.Summary}, Fate: NoticeWrong, Why: fault.New(fault.Invalid, s.Key)})
	}
	return out, nil
}

// or takes what is touched where that says anything.
func (n Notice) or(touched Notice) Notice {
	if len(touched.Services)+len(touched.Items) > 0 || touched.Zone != 0 {
		n.Services, n.Items, n.Zone, n.Whole = touched.Services, touched.Items, touched.Zone, touched.Whole
	}
	return n
}

// touch adds what a name stands for; it reports whether it stands for anything.
func (l *Notices) touch(ctx context.Context, by people.Actor, n *Notice, name string) bool {
	if name = strings.TrimSpace(name); name == "" {
		return true
	}
	if id := l.Names.Service(by, name); id != 0 {
		n.Services = append(n.Services, id)
		return true
	}
	if id := l.Names.Zone(by, name); id != 0 {
		n.Zone, n.Whole = id, true
		return true
	}
	if id := l.Names.Item(ctx, by, name); id != 0 {
		n.Items = append(n.Items, id)
		return true
	}
	return false
}

// table reads a table of notices.
func (l *Notices) table(ctx context.Context, by people.Actor, f NoticeFile) (out []NoticeLine, err error) {
	r, err := sheet.Open(f.Text, f.Name, sheet.Limits{Bytes: 8 << 20, Columns: 50})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	var at map[string]int
	for {
		row, _, err := r.Read()
		var bad *sheet.BadRow
		switch {
		case errors.Is(err, io.EOF) && at == nil:
			return nil, fault.New(fault.Invalid, "schedule.no_columns").With("columns", strings.Join(NoticeColumns, ", "))
		case errors.Is(err, io.EOF):
			return out, nil
		case errors.As(err, &bad):
			out = append(out, NoticeLine{Notice: Notice{Source: f.Source, Who: f.Who}, Fate: NoticeWrong, Why: fault.New(fault.Invalid, "sheet."+bad.Key)})
			continue
		case err != nil:
			return nil, err
		}
		if at == nil {
			if at = columns(row); len(at) == 0 || !has(at, "title", "starts", "ends") {
				return nil, fault.New(fault.Invalid, "schedule.no_columns").With("columns", strings.Join(NoticeColumns, ", "))
			}
			continue
		}
		if len(out) >= MostNotices {
			return nil, fault.New(fault.Invalid, "schedule.too_many").With("most", MostNotices)
		}
		out = append(out, l.row(ctx, by, f, func(name string) string {
			if i, ok := at[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}))
	}
}

// columns finds the known columns of a head; the others are passed over.
func columns(row []string) map[string]int {
	out := map[string]int{}
	for i, name := range row {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := out[name]; slices.Contains(NoticeColumns, name) && !twice {
			out[name] = i
		}
	}
	return out
}

func has(at map[string]int, names ...string) bool {
	return !slices.ContainsFunc(names, func(n string) bool { _, ok := at[n]; return !ok })
}

// row reads one row of a table.
func (l *Notices) row(ctx context.Context, by people.Actor, f NoticeFile, cell func(string) string) NoticeLine {
	n := f.About
	n.Source, n.Who, n.Ref, n.Title = f.Source, f.Who, cell("ref"), cell("title")
	if text := cell("impact"); text != "" {
		n.Impact = text
	}
	var many fault.Many
	n.Span.From, n.Span.Until = typed(&many, "starts", cell("starts"), f.Zone), typed(&many, "ends", cell("ends"), f.Zone)
	touched := Notice{}
	for _, col := range []string{"services", "items", "zone"} {
		for name := range strings.SplitSeq(strings.ReplaceAll(cell(col), "；", ";"), ";") {
			if !l.touch(ctx, by, &touched, name) {
				many = append(many, fault.At(col, "schedule.unknown_name").With("name", strings.TrimSpace(name)))
			}
		}
	}
	switch strings.ToLower(cell("withdrawn")) {
	case "yes", "true", "1", "是", "取消":
		n.Withdrawn = true
	}
	n = n.or(touched)
	if len(touched.Services)+len(touched.Items) > 0 {
		n.Whole = false // the network says only where they are
	}
	return l.line(by, n, many)
}

// typed reads a moment as people and programs write it.
func typed(many *fault.Many, field, text string, zone *time.Location) time.Time {
	if text == "" {
		return time.Time{}
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006/1/2 15:04:05", "2006/1/2 15:04", "2006-01-02", "2006/1/2"} {
		if t, err := time.ParseInLocation(form, text, zone); err == nil {
			return t.UTC()
		}
	}
	*many = append(*many, fault.At(field, "record.not_a_moment"))
	return time.Time{}
}

func (l *Notices) line(by people.Actor, n Notice, many fault.Many) NoticeLine {
	if err := many.Add(l.check(by, &n)); err != nil {
		return NoticeLine{Notice: n, Fate: NoticeWrong, Why: err}
	}
	if err := many.Err(); err != nil {
		return NoticeLine{Notice: n, Fate: NoticeWrong, Why: err}
	}
	return NoticeLine{Notice: n}
}

// compare finds which lines are there already, by sender and reference; without
// a reference by sender, title and beginning.
func (l *Notices) compare(ctx context.Context, by people.Actor, lines []NoticeLine) error {
	refs := []string{}
	for _, one := range lines {
		if one.Fate != NoticeWrong && !slices.Contains(refs, one.Notice.Ref) {
			refs = append(refs, one.Notice.Ref)
		}
	}
	if len(refs) == 0 {
		return nil
	}
	held, err := l.Store.Notices(ctx, by.Scope, NoticesWanted{Refs: refs, Limit: 20 * MostNotices})
	if err != nil {
		return err
	}
	there := map[string]Notice{}
	for _, n := range held {
		there[n.key()] = n
	}
	seen := map[string]bool{}
	for i := range lines {
		one := &lines[i]
		if one.Fate == NoticeWrong {
			continue
		}
		key := one.Notice.key()
		if seen[key] {
			one.Fate, one.Why = NoticeWrong, fault.New(fault.Invalid, "schedule.twice")
			continue
		}
		seen[key] = true
		was, found := there[key]
		one.Notice.ID, one.Notice.Changed = was.ID, was.Changed
		switch {
		case !found:
			one.Fate = NoticeNew
		case was.says(one.Notice):
			one.Fate = NoticeSame
		case one.Notice.Withdrawn && !was.Withdrawn:
			one.Fate = NoticeWithdrawn
		default:
			one.Fate = NoticeChanged
		}
	}
	return nil
}

// key is what tells one notice from another.
func (n Notice) key() string {
	out := string(n.Source) + "\x00" + n.Who + "\x00" + n.Ref
	if n.Ref == "" {
		out += "\x00" + n.Title + "\x00" + n.Span.From.UTC().Format(time.RFC3339)
	}
	return out
}

// says reports whether two say the same.
func (n Notice) says(o Notice) bool {
	return n.Title == o.Title && n.Impact == o.Impact && n.Span.From.Equal(o.Span.From) && n.Span.Until.Equal(o.Span.Until) &&
		slices.Equal(n.Items, o.Items) && slices.Equal(n.Services, o.Services) && n.Zone == o.Zone && n.Whole == o.Whole && n.Withdrawn == o.Withdrawn
}
