package api

import (
	"encoding/json"
	"io"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// auditRow is a line of the audit log.
type auditRow struct {
	ID      int64  `json:"id"`
	Seq     int64  `json:"seq,omitempty" doc:"api.doc.audit_seq"`
	At      string `json:"at"`
	Actor   int64  `json:"actor,omitempty"`
	Name    string `json:"name"`
	Via     string `json:"via"`
	Address string `json:"address,omitempty"`
	Deed    string `json:"deed"`
	Object  string `json:"object"`
	Result  string `json:"result" enum:"done,refused,failed"`
	Detail  string `json:"detail,omitempty"`
	Hash    string `json:"hash,omitempty" doc:"api.doc.audit_hash"`
}

// auditLog serves the audit log to the audit administrator, and nobody else.
func (a *API) auditLog(log *audit.Log) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/audit", Policy: "audit.read", Name: "read-audit", Tag: "security",
		Query: append(slices.Clone(auditNarrowed), param{Name: "limit", Type: "integer"}, param{Name: "cursor", Type: "string"}),
		Gives: []gives{{Status: http.StatusOK, Schema: of[page[auditRow]]()}}, Run: func(c *call) error {
			f, err := c.filter()
			if err != nil {
				return err
			}
			rows, err := log.Read(c.r.Context(), c.by, f)
			if err != nil {
				return err
			}
			out := page[auditRow]{}
			for _, r := range rows {
				out.Items = append(out.Items, auditRowOf(r))
			}
			if len(rows) == f.Limit {
				last := rows[len(rows)-1]
				out.Next = c.next(cursor{last.At.UnixMilli(), last.ID, question("audit")})
			}
			return give(c, out)
		},
	})
	a.auditExport(log)
	a.add(operation{
		Method: "POST", Path: Prefix + "/audit/verify", Policy: "audit.verify", Name: "verify-audit", Tag: "security", Once: true,
		Body: &body{Schema: of[headsForm]()}, Gives: []gives{{Status: http.StatusOK, Schema: of[verified]()}}, Run: func(c *call) error {
			if err := c.allowed(log.Store, "audit"); err != nil {
				return err
			}
			var f headsForm
			if err := c.into(&f); len(c.raw) > 0 && err != nil {
				return err
			}
			heads, err := audit.ReadHeads(strings.NewReader(f.Heads))
			if err != nil {
				return err
			}
			rep, err := log.Verify(c.r.Context(), c.by, heads)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, verified{rep.Rows, rep.Whole(), append([]audit.Finding{}, rep.Findings...), rep.More})
		},
	})
}

func auditRowOf(r audit.Row) auditRow {
	return auditRow{r.ID, r.Seq, stamp(r.At), int64(r.Actor), r.Name, string(r.Via), r.Address, r.Deed, r.Object, string(r.Result), r.Detail, r.Hash}
}

// headsForm brings heads of the chain that were carried out of the house.
type headsForm struct {
	Heads string `json:"heads,omitempty" doc:"api.doc.verify_heads"`
}

// verified says what a walk along the chain has found.
type verified struct {
	Rows     int64           `json:"rows"`
	Whole    bool            `json:"whole" doc:"api.doc.verify_whole"`
	Findings []audit.Finding `json:"findings"`
	More     bool            `json:"more" doc:"api.doc.verify_more"`
}

// auditExport sends the whole of a filtered log, as CSV that no spreadsheet
// takes for formulas or a JSON object a line.
func (a *API) auditExport(log *audit.Log) {
	for _, form := range []struct{ ending, kind string }{{"csv", csvType}, {"ndjson", lineType}} {
		a.add(operation{
			Method: "GET", Path: Prefix + "/audit." + form.ending, Policy: "audit.export", Name: "export-audit-" + form.ending, Key: "export", Tag: "security",
			Query: auditNarrowed, Gives: []gives{{Status: http.StatusOK, Type: form.kind}}, Run: func(c *call) error {
				f, err := c.filter()
				if err != nil {
					return err
				}
				rows, err := log.All(c.r.Context(), c.by, f)
				if err != nil {
					return err
				}
				c.w.Header().Set("Content-Type", form.kind)
				c.w.Header().Set("Content-Disposition", "attachment; filename=audit."+form.ending)
				if err := auditWritten(c.w, form.ending, rows); err != nil {
					return c.broke(err)
				}
				return nil
			},
		})
	}
}

func auditWritten(to io.Writer, form string, rows iter.Seq2[audit.Row, error]) error {
	if form == "csv" {
		w, err := sheet.NewCSV(to)
		if err != nil {
			return err
		}
		return audit.Write(w, rows)
	}
	enc := json.NewEncoder(to)
	for r, err := range rows {
		if err == nil {
			err = enc.Encode(auditRowOf(r))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// auditNarrowed are the parameters that narrow the audit log.
var auditNarrowed = []param{
	{Name: "from", Type: "string"},
	{Name: "to", Type: "string"},
	{Name: "actor", Type: "integer"},
	{Name: "name", Type: "string"},
	{Name: "deed", Type: "string"},
	{Name: "object", Type: "string"},
	{Name: "address", Type: "string"},
	{Name: "via", Type: "string"},
	{Name: "result", Type: "string", Enum: []string{"done", "refused", "failed"}},
}

// filter reads what narrows the audit log.
func (c *call) filter() (audit.Filter, error) {
	f := audit.Filter{Deed: c.get("deed"), Object: c.get("object"), Result: audit.Result(c.get("result")), Name: c.get("name"), Address: c.get("address"), Via: people.Via(c.get("via")), Limit: usualPage}
	var many fault.Many
	for name, into := range map[string]*time.Time{"from": &f.From, "to": &f.To} {
		if text := c.get(name); text != "" {
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				many = append(many, fault.At(name, "record.not_a_moment"))
			}
			*into = at
		}
	}
	if n, err := strconv.Atoi(c.get("limit")); err == nil {
		f.Limit = min(max(n, 1), mostPage)
	}
	if n, err := strconv.ParseInt(c.get("actor"), 10, 64); err == nil {
		f.Actor = people.ID(n)
	}
	if text := c.get("cursor"); text != "" {
		at, err := readCursor(text, question("audit"))
		if err := many.Add(err); err != nil {
			return f, err
		}
		f.After = audit.Place{At: time.UnixMilli(at.Value).UTC(), ID: at.ID}
	}
	return f, many.Err()
}
