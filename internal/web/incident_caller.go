package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// callerCard is what is known about who calls.
type callerCard struct {
	*sight
	Who    people.Person
	Rows   []record.Row
	Items  []cmdb.Item
	Likely []likely // services of his last records, the most frequent first
}

type likely struct {
	ID   record.ServiceID
	Name string
	n    int
}

func (d *Desk) caller(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May("incident.open"); err != nil {
		return err
	}
	id := people.ID(idOf(r.URL.Query().Get("requester")))
	if id == 0 {
		return Show(w, r, http.StatusOK, callerNobody(s))
	}
	c, err := s.card(id)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, callerView(c))
}

// card reads a caller's last records and items: what he most likely calls
// about.
func (s *sight) card(id people.ID) (*callerCard, error) {
	c := &callerCard{sight: s}
	if s.desk.Persons == nil {
		return c, nil
	}
	var err error
	if c.Who, err = s.desk.Persons.Person(s.ctx, id); err != nil {
		if fault.Is(err, fault.Missing) {
			return nil, nil // somebody who is not there has no card
		}
		return nil, err
	}
	q := record.Query{Kind: record.Incident, Where: query.Is("requester", id.String()), Order: record.Newest, Limit: 20, Now: s.Now}
	rows, err := s.desk.Ledger.List(s.ctx, s.scope(), q)
	if err != nil {
		return nil, err
	}
	c.Likely = s.likely(rows)
	rows = rows[:min(len(rows), 5)]
	if s.contacts() {
		q.Kind, q.Limit = record.Contact, 3
		calls, err := s.desk.Ledger.List(s.ctx, s.scope(), q)
		if err != nil {
			return nil, err
		}
		rows = append(rows, calls...)
		slices.SortStableFunc(rows, func(a, b record.Row) int { return b.Opened.Compare(a.Opened) })
	}
	c.Rows = rows
	if s.desk.Items != nil {
		c.Items, err = s.desk.Items.Of(s.ctx, s.scope(), id, c.Who.Department, 5)
	}
	return c, err
}

// calls reports whether the card stands beside the form of a call, whose fields
// it fills in.
func (c *callerCard) calls() bool { return c.of.Kind == record.Incident }

// orders reports whether the one who looks can order for the caller, on another
// page than this one.
func (c *callerCard) orders() bool {
	return c.calls() && c.desk.Requests != nil && c.By.Can("request.open")
}

func (s *sight) likely(rows []record.Row) []likely {
	var out []likely
	for _, r := range rows {
		if r.Service == 0 {
			continue
		}
		i := slices.IndexFunc(out, func(l likely) bool { return l.ID == r.Service })
		if i < 0 {
			out = append(out, likely{ID: r.Service, Name: s.Thing(int64(r.Service))})
			i = len(out) - 1
		}
		out[i].n++
	}
	slices.SortStableFunc(out, func(a, b likely) int { return b.n - a.n })
	return out[:min(len(out), 3)]
}

// similarToCall lists open incidents that may be the same trouble.
func (d *Desk) similarToCall(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May("incident.open"); err != nil {
		return err
	}
	q := r.URL.Query()
	rows, err := d.similar(r.Context(), s, record.ServiceID(idOf(q.Get("service"))), record.CategoryID(idOf(q.Get("category"))))
	if err != nil {
		return err
	}
	known, err := s.advice(problem.Trouble{
		Item: record.ItemID(idOf(q.Get("item"))), Service: record.ServiceID(idOf(q.Get("service"))), Category: record.CategoryID(idOf(q.Get("category"))), Text: Cut(q.Get("title"), 500),
	})
	if err != nil {
		return err
	}
	helps, err := s.helps(knowledge.Trouble{
		Item: record.ItemID(idOf(q.Get("item"))), Service: record.ServiceID(idOf(q.Get("service"))), Category: record.CategoryID(idOf(q.Get("category"))), Text: Cut(q.Get("title"), 500),
	})
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, similarView(s, rows, known, helps))
}

func (d *Desk) similar(ctx context.Context, s *sight, service record.ServiceID, category record.CategoryID) ([]record.Row, error) {
	if service == 0 || category == 0 || !s.By.Can("incident.read") {
		return nil, nil
	}
	return d.Incidents.Similar(ctx, s.By, service, category)
}

func serviceValue(id record.ServiceID) string { return strconv.FormatInt(int64(id), 10) }
