package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// columnSorts are the orders behind the heads of columns.
var columnSorts = map[string][]record.Order{
	"priority": {record.Priority}, "due": {record.SoonDue}, "moved": {record.Latest}, "opened": {record.Newest, record.Oldest},
}

// columnsCookie keeps the choice, one for each practice.
func (s *sight) columnsCookie() string {
	return "kilter_columns" + strings.TrimPrefix(string(s.of.Kind), string(record.Incident))
}

// columnsOf are the columns that the reader chose on this machine; the title
// is always among them.
func (s *sight) columnsOf(r *http.Request) []string {
	c, err := r.Cookie(s.columnsCookie())
	if err != nil {
		return s.of.Usual
	}
	return s.of.chosen(strings.Split(c.Value, "."))
}

func (t *trade) chosen(names []string) []string {
	var out []string
	for _, n := range t.Columns {
		if n == "title" || slices.Contains(names, n) {
			out = append(out, n)
		}
	}
	return out
}

// columns keeps the choice of columns.
func (d *Desk) columns(w http.ResponseWriter, r *http.Request, s *sight) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	chosen := s.of.chosen(form.Values["column"])
	http.SetCookie(w, &http.Cookie{
		Name: s.columnsCookie(), Value: strings.Join(chosen, "."), Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	return Go(w, r, Local(form.Get("next")))
}

// signColumns are the columns of a list that stay on a phone, keptColumns those that stay
// beside them in a narrow list that nobody chose columns for.
var (
	signColumns = []string{"priority", "title", "state", "due"}
	keptColumns = []string{"number", "owner"}
)

// spare says that a column is left out of a narrow list.
func (p *listPage) spare(name string) bool {
	return p.Unchosen && !slices.Contains(signColumns, name) && !slices.Contains(keptColumns, name)
}

// wide is the class of a column's cells that a phone leaves out.
func (p *listPage) wide(name string) string {
	if p.spare(name) {
		return "wide spare"
	}
	return "wide"
}

// heads are the heads of the table.
func (p *listPage) heads() []part.Column {
	out := []part.Column{{Check: true}}
	for _, name := range p.Shows {
		c := part.Column{Label: p.label(name), Title: name == "title", Wide: !slices.Contains(signColumns, name), Spare: p.spare(name)}
		if sorts := columnSorts[name]; len(sorts) > 0 {
			i := slices.Index(sorts, p.Place.Sort)
			c.Sort = p.Place.sorted(sorts[(i+1)%len(sorts)]).href()
			if i >= 0 && p.Order == "" {
				c.Order = "ascending"
				if strings.HasPrefix(string(p.Place.Sort), "-") {
					c.Order = "descending"
				}
			}
		}
		out = append(out, c)
	}
	return out
}

// columnChoice asks which columns to show.
func (p *listPage) columnChoice() part.Field {
	f := part.Field{Name: "column", Label: p.T("desk.columns"), Kind: part.Several, Values: p.Shows}
	for _, n := range p.of.Columns {
		if n != "title" {
			f.Options = append(f.Options, part.Option{Value: n, Label: p.label(n)})
		}
	}
	return f
}
