package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
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
		out = append(out, pick{Value: strconv.FormatInt(int64(i.ID), 10), Text: i.Code + " " + i.Name.In(string(s.Lang())), Note: i.Room})
	}
	return sendPicks(w, out)
}

// hit is a find of the palette.
type hit struct {
	part.Link
	Hint string
}

// find answers the palette: a number, persons, records with those words.
func (d *Desk) find(w http.ResponseWriter, r *http.Request, s *sight) error {
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	var out []hit
	if q != "" && s.By.Can("incident.read") {
		records, err := s.findRecords(q)
		if err != nil {
			return err
		}
		out = append(out, records...)
	}
	found, err := s.lookUp(q, 5)
	if err != nil {
		return err
	}
	for _, p := range found {
		out = append(out, hit{part.Link{Label: p.Name, Icon: "user", Href: recordsOf(p)}, s.whereabouts(p)})
	}
	return Show(w, r, http.StatusOK, hits(out))
}

// recordsOf is the list of what a person asked for.
func recordsOf(p people.Person) string {
	return "/incidents?view=all&q=" + queryEscape(query.Is("requester", p.Code).String())
}

func (s *sight) findRecords(q string) ([]hit, error) {
	ask := record.Query{Kind: record.Incident, Where: query.Words(q), Order: record.Newest, Limit: 6, Now: s.Now, Inner: true}
	if n, ok := s.shortNumber(q); ok {
		ask.Where = query.Is("number", strconv.FormatInt(int64(n), 10))
	}
	rows, err := s.desk.Ledger.List(s.ctx, s.scope(), ask)
	if err != nil {
		return nil, err
	}
	out := make([]hit, len(rows))
	for i, r := range rows {
		out[i] = hit{part.Link{Label: r.Ref() + "  " + r.Title, Icon: "bolt", Href: "/incidents/" + r.Ref()}, s.state(r.State).Word}
	}
	return out, nil
}

// shortNumber reads a number as people type it: whole, or the last digits of
// this year's.
func (s *sight) shortNumber(q string) (record.Number, bool) {
	if n, err := refNumber(q); err == nil {
		return n, true
	}
	n, err := strconv.Atoi(strings.TrimPrefix(q, "#"))
	if err != nil || n <= 0 || n > 9_999_999 || len(q) > 7 {
		return 0, false
	}
	return record.NewNumber(s.Now.In(s.Zone()).Year(), n), true
}
