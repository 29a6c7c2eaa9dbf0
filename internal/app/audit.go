package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/record"
)

type auditCmd struct {
	Verify  auditVerifyCmd  `cmd:"" help:"cli.audit.verify"`
	Numbers auditNumbersCmd `cmd:"" help:"cli.audit.numbers"`
	Export  auditExportCmd  `cmd:"" help:"cli.audit.export"`
}

type auditVerifyCmd struct {
	Heads string `help:"cli.audit_verify.heads" is:"infile" placeholder:"FILE"`
	JSON  bool   `help:"cli.json"`
}

func (c auditVerifyCmd) Run(env *Env) (err error) {
	var heads []audit.Head
	if c.Heads != "" {
		f, fail := os.Open(c.Heads)
		if fail != nil {
			return fail
		}
		heads, fail = audit.ReadHeads(f)
		if err := errors.Join(fail, f.Close()); err != nil {
			return err
		}
	}
	return at(env, func(h *house) error {
		rep, err := h.who.log.Verify(env.Context, shell(), heads)
		if err != nil {
			return err
		}
		if c.JSON {
			out := map[string]any{"rows": rep.Rows, "whole": rep.Whole(), "findings": append([]audit.Finding{}, rep.Findings...), "more": rep.More}
			if err := json.NewEncoder(env.Out).Encode(out); err != nil {
				return err
			}
		} else {
			for _, f := range rep.Findings {
				fmt.Fprintf(env.Out, "row %d: %s\n", f.Seq, env.Words.T("audit.harm."+string(f.Harm)))
			}
			fmt.Fprintln(env.Out, env.Words.T("audit.verified", "n", rep.Rows, "found", len(rep.Findings)))
		}
		if !rep.Whole() {
			return errSaid
		}
		return nil
	})
}

type auditNumbersCmd struct {
	JSON bool `help:"cli.json"`
}

// Run prints a line for each kind and year, and one for each gap. A gap that
// nothing explains is a failure.
func (c auditNumbersCmd) Run(env *Env) error {
	return at(env, func(h *house) error {
		all, err := h.db.Series(env.Context)
		if err != nil {
			return err
		}
		missing := 0
		list := make([]map[string]any, len(all))
		for i, s := range all {
			withdrawn, gaps := []map[string]any{}, []map[string]any{}
			span := func(n record.Span) map[string]any {
				return map[string]any{"from": record.Ref(s.Kind, n.Low), "to": record.Ref(s.Kind, n.High)}
			}
			for _, w := range s.Withdrawn {
				one := span(w.Span)
				one["import"] = w.Import
				withdrawn = append(withdrawn, one)
			}
			for _, m := range s.Missing {
				gaps = append(gaps, span(m))
			}
			missing += len(gaps)
			list[i] = map[string]any{"kind": string(s.Kind), "year": s.Year, "records": s.Records, "last": record.Ref(s.Kind, s.Last), "withdrawn": withdrawn, "missing": gaps}
			if c.JSON {
				continue
			}
			fmt.Fprintln(env.Out, env.Words.T("audit.series", "kind", string(s.Kind), "year", s.Year, "records", s.Records, "last", record.Ref(s.Kind, s.Last)))
			for _, w := range withdrawn {
				fmt.Fprintln(env.Out, "  "+env.Words.T("audit.withdrawn", "from", w["from"], "to", w["to"], "import", w["import"]))
			}
			for _, m := range gaps {
				fmt.Fprintln(env.Out, "  "+env.Words.T("audit.missing", "from", m["from"], "to", m["to"]))
			}
		}
		if c.JSON {
			if err := json.NewEncoder(env.Out).Encode(map[string]any{"series": list}); err != nil {
				return err
			}
		}
		if missing > 0 {
			return errSaid
		}
		return nil
	})
}

type auditExportCmd struct {
	Head bool      `help:"cli.audit_export.head"`
	From time.Time `help:"cli.audit_export.from" format:"2006-01-02" placeholder:"YYYY-MM-DD"`
	To   time.Time `help:"cli.audit_export.to" format:"2006-01-02" placeholder:"YYYY-MM-DD"`
}

func (c auditExportCmd) Run(env *Env) error {
	if !c.From.IsZero() && !c.To.IsZero() && c.To.Before(c.From) {
		return fault.At("to", "report.empty_period")
	}
	return at(env, func(h *house) error {
		if c.Head {
			if _, err := h.who.log.Seal(env.Context); err != nil {
				return err
			}
			head, err := h.db.Audit().Head(env.Context)
			if err != nil || head.Seq == 0 {
				return err
			}
			_, err = fmt.Fprintln(env.Out, head.Line())
			return err
		}
		rows, err := h.who.log.All(env.Context, shell(), audit.Filter{From: c.From, To: c.To})
		if err != nil {
			return err
		}
		out := json.NewEncoder(env.Out)
		for r, err := range rows {
			if err != nil {
				return err
			}
			if err := out.Encode(map[string]any{"seq": r.Seq, "at": r.At.UTC().Format(time.RFC3339Nano), "actor": int64(r.Actor), "name": r.Name, "via": r.Via, "address": r.Address, "deed": r.Deed, "object": r.Object, "result": r.Result, "detail": r.Detail, "hash": r.Hash}); err != nil {
				return err
			}
		}
		return nil
	})
}
