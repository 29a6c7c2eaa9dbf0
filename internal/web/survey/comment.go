package survey

import (
	"net/http"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/web"
)

// commentsPage is what respondents wrote, by what it is about; whoever reads it
// sorts it there.
type commentsPage struct {
	*sight
	Wave   *wave.Wave
	Sheet  *wave.Sheet
	Groups []about
}

// about are the comments of a category; those that nobody has sorted come first.
type about struct {
	Category string
	Words    []wave.Comment
}

// sortField begins the name of the field that sorts a comment.
const sortField = "c."

func (s *sight) comments(w http.ResponseWriter, r *http.Request) error {
	p, words, err := s.commentsPage(r)
	if fault.Is(err, fault.Conflict) {
		return s.after(w, r, err)
	}
	if err != nil {
		return err
	}
	for _, c := range append([]string{""}, p.Sheet.Categories()...) {
		g := about{Category: c}
		for _, one := range words {
			if one.Category == c {
				g.Words = append(g.Words, one)
			}
		}
		if len(g.Words) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	s.Lists()
	return web.Show(w, r, http.StatusOK, commentsView(p))
}

func (s *sight) commentsPage(r *http.Request) (*commentsPage, []wave.Comment, error) {
	one, err := s.room.Read(s.ctx, s.By, web.PathID(r, "id"))
	if err != nil {
		return nil, nil, err
	}
	words, err := s.room.Comments(s.ctx, s.By, one.ID)
	if err != nil {
		return nil, nil, err
	}
	p := &commentsPage{sight: s, Wave: one}
	p.Title = s.T("wave.comments_of", "name", s.says(one.Name))
	if p.Sheet, err = s.room.SheetOf(s.ctx, s.By, one.Sheet); err != nil {
		return nil, nil, err
	}
	p.Sheet = one.Asks(p.Sheet)
	return p, words, nil
}

// sort notes what comments are about.
func (s *sight) sort(w http.ResponseWriter, r *http.Request) error {
	if err := s.By.May(wave.DeedComments); err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	_, words, err := s.commentsPage(r)
	if fault.Is(err, fault.Conflict) {
		return s.after(w, r, err)
	}
	if err != nil {
		return err
	}
	changed := map[string]string{}
	for _, c := range words {
		name := sortField + c.ID
		if _, asked := form.Values[name]; asked && form.Get(name) != c.Category {
			changed[c.ID] = form.Get(name)
		}
	}
	if err := s.room.Sort(s.ctx, s.By, web.PathID(r, "id"), changed); err != nil {
		return s.after(w, r, err)
	}
	return web.Go(w, r, href(web.PathID(r, "id"))+"/comments")
}

// category is what comments are about, in words.
func (p *commentsPage) category(code string) string {
	for _, d := range p.Sheet.Dimensions {
		if d.Code == code {
			return p.says(d.Name)
		}
	}
	if code == "" {
		return p.T("wave.category_none")
	}
	return p.T("wave.category_other")
}

// question is what a comment answers.
func (p *commentsPage) question(code string) string {
	for _, q := range p.Sheet.Comments {
		if q.Code == code {
			return p.says(q.Text)
		}
	}
	return ""
}

// excerpt tells a comment to whoever does not see where its field stands.
func excerpt(text string) string {
	const long = 60
	all := []rune(strings.Join(strings.Fields(text), " "))
	if len(all) <= long {
		return string(all)
	}
	return string(all[:long]) + "…"
}
