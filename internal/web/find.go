package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"kilter/internal/base/pinyin"
	"kilter/internal/base/words"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// pick is an answer to a searchable choice.
type pick struct {
	Value string `json:"value"`
	Text  string `json:"text"`
	Note  string `json:"note,omitempty"`
}

func sendPicks(w http.ResponseWriter, picks []pick) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if picks == nil {
		picks = []pick{}
	}
	return json.NewEncoder(w).Encode(picks)
}

// people answers persons for a choice: by name, pinyin, phone, room.
func (d *Desk) people(w http.ResponseWriter, r *http.Request, s *sight) error {
	found, err := s.lookUp(r.URL.Query().Get("q"), 20)
	if err != nil {
		return err
	}
	var out []pick
	for _, p := range found {
		out = append(out, pick{Value: p.ID.String(), Text: p.Name, Note: s.whereabouts(p)})
	}
	return sendPicks(w, out)
}

func (s *sight) lookUp(typed string, n int) ([]people.Person, error) {
	if s.desk.Persons == nil || strings.TrimSpace(typed) == "" {
		return nil, nil
	}
	return s.desk.Persons.LookUp(s.ctx, typed, n)
}

// whereabouts tells persons of one name apart.
func (s *sight) whereabouts(p people.Person) string {
	var parts []string
	for _, text := range []string{s.department(p.Department), p.Room, p.Phone} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " · ")
}

// items answers configuration items for a choice.
func (d *Desk) items(w http.ResponseWriter, r *http.Request, s *sight) error {
	if d.Items == nil {
		return sendPicks(w, nil)
	}
	found, err := d.Items.Search(r.Context(), s.scope(), r.URL.Query().Get("q"), 20)
	if err != nil {
		return err
	}
	var out []pick
	for _, i := range found {
		value := strconv.FormatInt(int64(i.ID), 10)
		if r.URL.Query().Get("by") == "code" { // what goes from one Kilter into another
			value = i.Code
		}
		out = append(out, pick{Value: value, Text: i.Code + " " + i.Name.In(string(s.Lang())), Note: i.Room})
	}
	return sendPicks(w, out)
}

// hit is a find of the palette.
type hit struct {
	Href, Icon string
	Parts      []words.Part // its name, with what was searched for
	Hint       string
}

// find answers the palette: a number, records with those words, services and
// views by name or the initials of its pinyin, persons.
func (d *Desk) find(w http.ResponseWriter, r *http.Request, s *sight) error {
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	if q == "" {
		return Show(w, r, http.StatusOK, hits(nil))
	}
	out, err := s.findRecords(q)
	if err != nil {
		return err
	}
	out = append(out, s.findNamed(q)...)
	found, err := s.lookUp(q, 5)
	if err != nil {
		return err
	}
	for _, p := range found {
		out = append(out, hit{Href: recordsOf(p), Icon: "user", Parts: words.Excerpt(p.Name, words.Ask(q), 60), Hint: s.whereabouts(p)})
	}
	return Show(w, r, http.StatusOK, hits(out))
}

// recordsOf is the list of what a person asked for.
func recordsOf(p people.Person) string {
	return "/incidents?view=all&q=" + queryEscape(query.Is("requester", p.Code).String())
}

// findRecords finds records of the practices that the reader may read.
func (s *sight) findRecords(q string) ([]hit, error) {
	ask := record.Search{Text: q, Limit: 6, Now: s.Now, Inner: s.By.Staff}
	may := func(k record.Kind) bool { return s.desk.trades[k] != nil && s.By.Can(string(k)+".read") }
	if !ask.Within(record.Kinds, may) || s.desk.Finder == nil {
		return nil, nil
	}
	got, err := s.desk.Finder.Search(s.ctx, s.scope(), ask)
	if err != nil {
		return nil, err
	}
	var out []hit
	for _, h := range got.Hits {
		one := hit{Href: RecordHref(h.Row), Icon: s.desk.trades[h.Kind].Icon, Hint: s.StateOf(h.Kind, h.State).Word}
		one.Parts = append([]words.Part{{Text: h.Ref() + "  ", Hit: h.Exact}}, marked(h.Excerpts[0].Parts, h.Title)...)
		out = append(out, one)
	}
	return out, nil
}

// mostNamed bounds how many services and views the palette offers.
const mostNamed = 5

// findNamed finds services and views by what they are called, in either
// language, by pinyin or its initials: zwfw is 政务服务.
func (s *sight) findNamed(q string) []hit {
	var out []hit
	add := func(name people.Text, at, icon, hint string) {
		label := name.In(string(s.Lang()))
		if len(out) < mostNamed && (called(name.En, q) || called(name.Zh, q)) {
			out = append(out, hit{Href: at, Icon: icon, Parts: marked(words.Excerpt(label, words.Ask(q), 80), label), Hint: hint})
		}
	}
	if !s.By.Can("incident.read") {
		return nil
	}
	for _, v := range s.views() {
		add(people.Text{En: v.Name, Zh: v.Name}, s.of.Path+"?view="+v.Code, v.Icon, s.T("palette.go"))
	}
	for _, t := range s.All.Of(setting.Service) {
		if !t.Retired && catalogue.Cleared(s.By.Scope, t) {
			add(t.Name, "/incidents?view=all&q="+queryEscape(query.All(query.Is("open", "true"), query.Is("service", t.Code)).String()), "server", s.label("service"))
		}
	}
	return out
}

// called reports whether a name has what was typed in it, or sounds so.
func called(name, typed string) bool {
	typed = words.Fold(strings.ReplaceAll(typed, " ", ""))
	if name == "" || typed == "" {
		return false
	}
	if strings.Contains(words.Fold(strings.ReplaceAll(name, " ", "")), typed) {
		return true
	}
	sound := pinyin.Syllables(name, false)
	return len(typed) > 1 && (strings.HasPrefix(strings.Join(sound, ""), typed) || strings.Contains(pinyin.Initials(sound), typed))
}
