package app

import (
	"errors"
	"fmt"
	"os"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/history"
)

// rejects reports rows and values that could not be used: a line each on the
// terminal, as far as people read, and all of them in a file when one is
// asked for.
type rejects struct {
	env   *Env
	quiet bool
	shown int
	file  *os.File
	out   sheet.Writer
}

// mostShown is how many lines of rejects the terminal gets.
const mostShown = 1000

func newRejects(env *Env, c importHistoryCmd) (*rejects, error) {
	r := &rejects{env: env, quiet: c.JSON}
	if c.Rejects == "" {
		return r, nil
	}
	var err error
	if r.file, err = os.Create(c.Rejects); err != nil {
		return nil, err
	}
	if r.out, err = sheet.NewCSV(r.file); err != nil {
		return nil, errors.Join(err, r.file.Close())
	}
	return r, r.out.Header("line", "column", "reason", "value", "row_used", "why")
}

func (r *rejects) add(one history.Reject) error {
	why := r.env.Words.T(one.Key, nil)
	if r.shown++; !r.quiet && r.shown <= mostShown {
		key := "history.reject"
		if one.Used {
			key = "history.reject_value"
		}
		fmt.Fprintf(r.env.Err, "\r%s\n", r.env.Words.T(key, map[string]any{"line": one.Line, "column": one.Column, "value": one.Value, "why": why}))
	}
	if r.out == nil {
		return nil
	}
	return r.out.Row(sheet.Int(int64(one.Line)), sheet.Text(one.Column), sheet.Text(one.Key), sheet.Text(one.Value), sheet.Bool(one.Used), sheet.Text(why))
}

func (r *rejects) close() error {
	if more := r.shown - mostShown; more > 0 && !r.quiet {
		fmt.Fprintln(r.env.Err, r.env.Words.T("history.more_rejects", map[string]any{"more": more}))
	}
	if r.out == nil {
		return nil
	}
	return errors.Join(r.out.Close(), r.file.Close())
}
