package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
	"kilter/internal/web/telling"
)

// Auditing are the pages of the audit administrator, who alone reads the log.
type Auditing struct {
	Shell    *Shell
	Log      *audit.Log
	Settings func() *setting.All
	Persons  Persons // names whom a row is about
}

const auditPath = "/audit"

// Mount serves the pages.
func (a *Auditing) Mount(mux Mux) {
	mux.Handle("GET "+auditPath, a.Shell.Handle(a.list))
	mux.Handle("GET "+auditPath+"/export", a.Shell.Handle(a.export))
	mux.Handle("POST "+auditPath+"/verify", a.Shell.Handle(a.verify))
}

// auditPage is the log, narrowed by a filter.
type auditPage struct {
	*Frame
	Fields []part.Field
	Rows   []audit.Row
	Told   telling.Teller
	Next   string
	Export string
	Report *audit.Report
}

// auditFilter reads the filter of an address.
func auditFilter(q url.Values, zone *time.Location) (audit.Filter, error) {
	f := audit.Filter{
		Name: strings.TrimSpace(q.Get("name")), Deed: strings.TrimSpace(q.Get("deed")), Object: strings.TrimSpace(q.Get("object")),
		Result: audit.Result(q.Get("result")), Via: people.Via(q.Get("via")), Address: strings.TrimSpace(q.Get("address")), Limit: 100,
	}
	for name, at := range map[string]*time.Time{"from": &f.From, "to": &f.To} {
		if text := q.Get(name); text != "" {
			day, err := time.ParseInLocation(time.DateOnly, text, zone)
			if err != nil {
				return f, fault.At(name, "security.bad_day")
			}
			*at = day
		}
	}
	if !f.To.IsZero() {
		f.To = f.To.AddDate(0, 0, 1) // the last day is meant too
	}
	if ms := number(q.Get("at")); ms > 0 {
		f.After = audit.Place{At: time.UnixMilli(ms).UTC(), ID: number(q.Get("id"))}
	}
	return f, nil
}

func (a *Auditing) page(r *http.Request) *auditPage {
	p, q := &auditPage{Frame: a.Shell.Frame(r)}, r.URL.Query()
	p.Title = p.T("audit.title")
	p.Told = a.teller(r, p.Printer)
	p.Export = auditPath + "/export?" + q.Encode()
	results := []part.Option{{Value: "", Label: p.T("audit.any")}}
	for _, one := range []audit.Result{audit.Done, audit.Refused, audit.Failed} {
		results = append(results, part.Option{Value: string(one), Label: p.T("audit.result." + string(one))})
	}
	p.Fields = []part.Field{
		{Name: "from", Label: p.T("audit.from"), Kind: part.Date, Value: q.Get("from"), Narrow: true},
		{Name: "to", Label: p.T("audit.to"), Kind: part.Date, Value: q.Get("to"), Narrow: true},
		{Name: "name", Label: p.T("audit.who"), Value: q.Get("name")},
		{Name: "deed", Label: p.T("audit.deed"), Value: q.Get("deed"), Help: p.T("audit.deed_help")},
		{Name: "object", Label: p.T("audit.object"), Value: q.Get("object")},
		{Name: "address", Label: p.T("session.address"), Value: q.Get("address")},
		{Name: "result", Label: p.T("audit.result"), Kind: part.Choice, Options: results, Value: q.Get("result")},
	}
	return p
}

func (a *Auditing) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f, err := auditFilter(q, a.Shell.zone(r))
	if err != nil {
		return err
	}
	p := a.page(r)
	if p.Rows, err = a.Log.Read(r.Context(), actor(r), f); err != nil {
		return err
	}
	if n := len(p.Rows); n == f.Limit {
		last := p.Rows[n-1]
		q.Set("at", itoa(last.At.UnixMilli()))
		q.Set("id", itoa(last.ID))
		p.Next = auditPath + "?" + q.Encode()
	}
	return Show(w, r, http.StatusOK, auditShown(p))
}

// teller tells the rows in the reader's language; it looks a person up once.
func (a *Auditing) teller(r *http.Request, words *lang.Printer) telling.Teller {
	seen := map[people.ID]string{}
	t := telling.Teller{Printer: words, Person: func(id people.ID) string {
		if name, ok := seen[id]; ok || a.Persons == nil {
			return name
		}
		p, err := a.Persons.Person(r.Context(), id)
		if err != nil {
			p.Name = "" // his number is told instead
		}
		seen[id] = p.Name
		return p.Name
	}}
	if a.Settings != nil {
		t.All = a.Settings()
	}
	return t
}

// from is where a deed came from: the way, and the address where there is one.
func (p *auditPage) from(r audit.Row) string {
	key := "audit.via." + string(r.Via)
	if !p.Has(key) {
		return r.Address
	}
	if r.Address == "" {
		return p.T(key)
	}
	return p.T("audit.via_address", "via", p.T(key), "address", r.Address)
}

// place is where a row stands in the chain.
func (p *auditPage) place(r audit.Row) string {
	if r.Seq == 0 {
		return p.T("audit.unsealed")
	}
	return p.T("audit.raw_seq", "n", p.Number(int(r.Seq)))
}

// verify walks the chain; heads pasted in are compared with it.
func (a *Auditing) verify(w http.ResponseWriter, r *http.Request) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	heads, err := audit.ReadHeads(strings.NewReader(form.Get("heads")))
	if err != nil {
		return err
	}
	rep, err := a.Log.Verify(r.Context(), actor(r), heads)
	if err != nil {
		return err
	}
	p := a.page(r)
	p.Report = &rep
	return Show(w, r, http.StatusOK, auditShown(p))
}

// export sends the filtered log as CSV that no spreadsheet takes for formulas.
func (a *Auditing) export(w http.ResponseWriter, r *http.Request) error {
	f, err := auditFilter(r.URL.Query(), a.Shell.zone(r))
	if err != nil {
		return err
	}
	f.After = audit.Place{}
	rows, err := a.Log.All(r.Context(), actor(r), f)
	if err != nil {
		return err
	}
	return Saved{As: "csv", Name: "audit"}.Write(w, func(out sheet.Writer) error {
		return audit.Write(out, rows)
	})
}

// resultSign is how a deed ended.
func resultSign(f *Frame, r audit.Result) sign {
	word := f.T("audit.result." + string(r))
	switch r {
	case audit.Refused:
		return sign{part.Amber, "hand-stop", word}
	case audit.Failed:
		return sign{part.Vermilion, "circle-x", word}
	}
	return sign{part.Jade, "check", word}
}
