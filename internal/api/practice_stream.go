package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/record"
)

// streams are the exports: the same list, whole, in the form asked for.
func (p *practice[R]) streams() {
	asked := []param{{Name: "q", Type: "string"}, {Name: "order", Type: "string", Enum: orders}, {Name: "fields", Type: "string"}, {Name: "expand", Type: "string"}}
	for _, form := range []struct {
		ending, kind string
		query        []param
		run          func(*call) error
	}{
		{"ndjson", lineType, append(slices.Clone(asked), param{Name: "full", Type: "boolean"}), p.lines},
		{"csv", csvType, asked[:2], func(c *call) error { return p.table(c, csvType, sheet.NewCSV) }},
		{"xlsx", xlsxType, asked[:2], func(c *call) error {
			return p.table(c, xlsxType, func(w io.Writer) (sheet.Writer, error) { return sheet.NewXLSX(w, p.room) })
		}},
	} {
		p.add(operation{
			Method: "GET", Path: p.at("." + form.ending), Policy: p.deed("export"), Name: "export-" + p.room + "-" + form.ending, Key: "export", Tag: p.room, Query: form.query,
			Gives: []gives{{Status: http.StatusOK, Type: form.kind}}, Run: form.run,
		})
	}
}

// walk reads a list to its end, page by page, each under the caller's scope.
func (p *practice[R]) walk(c *call, each func(record.Row) error) error {
	q, err := c.asked(p.desk.Kind)
	if err != nil {
		return err
	}
	q.Limit = mostPage
	for {
		rows, err := c.Ledger.List(c.r.Context(), c.by.Scope, q)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := each(r); err != nil {
				return err
			}
		}
		if len(rows) < mostPage {
			return nil
		}
		q.After = record.Behind(rows[len(rows)-1], q.Order)
	}
}

// export begins an export: the grant, a row in the audit log, the headers.
func (p *practice[R]) export(c *call, kind string) error {
	for _, deed := range []string{"read", "export"} {
		if err := p.may(c, deed, p.room); err != nil {
			return err
		}
	}
	if _, err := c.asked(p.desk.Kind); err != nil {
		return err
	}
	row := audit.By(c.by, c.Now(), p.deed("export"), p.room)
	if detail, err := json.Marshal(map[string]string{"q": c.get("q"), "form": kind}); err == nil {
		row.Detail = string(detail)
	}
	if err := p.desk.Store.Refused(c.r.Context(), row); err != nil { // the desk's pen writes done deeds as well
		return err
	}
	c.w.Header().Set("Content-Type", kind)
	return nil
}

// broke ends a stream that cannot be completed so that the caller notices: the
// connection is cut, not closed.
func (c *call) broke(err error) error {
	if c.Log != nil && c.r.Context().Err() == nil {
		c.Log.ErrorContext(c.r.Context(), "a stream broke off", "error", err, "operation", c.op.Name, "trace", c.trace)
	}
	panic(http.ErrAbortHandler)
}

// lines writes one JSON object a line.
func (p *practice[R]) lines(c *call) error {
	if err := p.export(c, lineType); err != nil {
		return err
	}
	out := bufio.NewWriterSize(c.w, 64<<10)
	enc := json.NewEncoder(out)
	err := p.walk(c, func(r record.Row) error {
		line := c.line(r)
		if c.get("full") == "true" {
			whole, err := p.desk.Store.Find(c.r.Context(), c.by.Scope, r.Number)
			if fault.Is(err, fault.Missing) {
				return nil // it has moved out of the caller's sight since
			}
			if err != nil {
				return err
			}
			if line, err = p.show(c, whole); err != nil {
				return err
			}
		}
		return enc.Encode(c.only(line))
	})
	if err = errors.Join(err, out.Flush()); err != nil {
		return c.broke(err)
	}
	return nil
}

// columns are those of a table, by the names the API has for them.
var columns = []string{"number", "title", "state", "priority", "requester", "owner", "team", "service", "department", "zone", "opened", "moved", "due"}

// table writes a sheet with names in the place of ids. A text that a
// spreadsheet would take for a formula is written as a text.
func (p *practice[R]) table(c *call, kind string, begin func(io.Writer) (sheet.Writer, error)) error {
	if err := p.export(c, kind); err != nil {
		return err
	}
	ending := c.r.URL.Path[strings.LastIndex(c.r.URL.Path, ".")+1:]
	c.w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%s-%s.%s", p.room, c.Now().UTC().Format(time.DateOnly), ending))
	w, err := begin(c.w)
	if err != nil {
		return c.broke(err)
	}
	err = w.Header(columns...)
	if err == nil {
		all, language := c.Settings.All(), c.words.Lang().HTML()
		err = p.walk(c, func(r record.Row) error {
			return w.Row(sheet.Text(r.Ref()), sheet.Text(r.Title), sheet.Text(string(r.State)), sheet.Int(int64(r.Priority)),
				sheet.Text(r.RequesterName), sheet.Text(r.OwnerName), sheet.Text(all.Name(int64(r.Team), language)), sheet.Text(all.Name(int64(r.Service), language)),
				sheet.Text(all.Name(int64(r.Department), language)), sheet.Text(all.Name(int64(r.Zone), language)), sheet.Time(r.Opened), sheet.Time(r.Moved), sheet.Time(r.Due))
		})
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return c.broke(err)
	}
	return nil
}

// The limits of a bulk request: lines are done as they come, so it may be long.
const (
	bulkLimit = 256 << 20
	bulkTime  = 30 * time.Minute
	lineLimit = bodyLimit
)

// result is what came of one line.
type result struct {
	Line    int      `json:"line" doc:"api.doc.result_line"`
	Status  int      `json:"status" doc:"api.doc.result_status"`
	Number  string   `json:"number,omitempty"`
	Version int64    `json:"version,omitempty"`
	Problem *problem `json:"problem,omitempty"`
}

// bulk does what each line says and answers it with a line, in order and
// while they come. A line that fails stops no other.
func (p *practice[R]) bulk(c *call) error {
	if err := p.may(c, "bulk", p.room); err != nil {
		return err
	}
	control := http.NewResponseController(c.w)
	_ = control.EnableFullDuplex() // where it cannot be, answers come after the lines
	c.w.Header().Set("Content-Type", lineType)
	in := bufio.NewReaderSize(c.r.Body, 64<<10)
	enc := json.NewEncoder(c.w)
	for n := 1; ; n++ {
		line, err := readLine(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if len(line) == 0 && err == nil {
			continue
		}
		out := result{Line: n}
		broken := err != nil
		if err == nil {
			err = p.line(c, line, &out)
		} else if fault.All(err) == nil {
			err = received(err)
		}
		if err != nil {
			wrong := c.problemOf(err)
			out.Status, out.Problem = wrong.Status, &wrong
			if fault.All(err) == nil && c.Log != nil {
				c.Log.ErrorContext(c.r.Context(), "a line failed", "error", err, "line", n, "trace", c.trace)
			}
		}
		if err := enc.Encode(out); err != nil || c.r.Context().Err() != nil {
			return c.broke(errors.Join(err, c.r.Context().Err()))
		}
		if in.Buffered() == 0 {
			_ = control.Flush() // a test's recorder has nothing to flush
		}
		if broken {
			return nil
		}
	}
}

// readLine reads a line, which may not be longer than a body of its own.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		piece, err := in.ReadSlice('\n')
		if line = append(line, piece...); len(line) > lineLimit {
			return nil, fault.New(fault.TooMuch, "api.body_too_large").With("limit", strconv.Itoa(lineLimit>>20)+" MB")
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(line) > 0, err == nil:
			return bytes.TrimSpace(line), nil
		}
		return nil, err
	}
}

// line does one line: {"deed": "resolve", "number": .., "version": .., and the
// members that the deed's own address takes}.
func (p *practice[R]) line(c *call, raw []byte, out *result) error {
	o, err := readObject(raw)
	if err != nil {
		return err
	}
	var deed, ref string
	var version int64
	var many fault.Many
	for _, err := range []error{member(o, "deed", &deed), member(o, "number", &ref), member(o, "version", &version)} {
		if err := many.Add(err); err != nil {
			return err
		}
	}
	if err := many.Err(); err != nil {
		return err
	}
	key := ""
	if err := member(o, "key", &key); err != nil {
		return err
	}
	maps.DeleteFunc(o, func(name string, _ json.RawMessage) bool {
		return slices.Contains([]string{"deed", "number", "version", "key"}, name)
	})
	do := func() error {
		r, status, err := p.do(c, deed, ref, version, o)
		if err != nil {
			return err
		}
		out.Status, out.Number, out.Version = status, r.Common().Ref(), r.Common().Version
		return nil
	}
	if key == "" || c.Answers == nil {
		return do()
	}
	line := out.Line
	text, err := c.lineOnce(key, raw, func() (any, error) {
		err := do()
		return *out, err
	})
	if err != nil {
		return err
	}
	err = json.Unmarshal(text, out)
	out.Line = line
	return err
}

func (p *practice[R]) do(c *call, deed, ref string, version int64, o object) (r R, status int, err error) {
	asks, ok := p.asks(deed)
	if !ok {
		return r, 0, fault.At("deed", "api.no_such_deed").With("deed", deed)
	}
	if deed == "open" {
		r, err = p.open(c, o)
		return r, http.StatusCreated, err
	}
	in, err := p.inputOf(c, o, asks)
	if err != nil {
		return r, 0, err
	}
	in.Version = version
	ctx := c.r.Context()
	kind, n, err := record.ParseRef(ref)
	if err != nil || kind != p.desk.Kind {
		return r, 0, fault.At("number", "record.no_such").With("ref", ref)
	}
	switch deed {
	case "reply":
		r, err = p.work.Reply(ctx, c.by, n, in)
	case "note":
		r, err = p.work.Note(ctx, c.by, n, in)
	default:
		r, err = p.work.Move(ctx, c.by, n, deed, in)
	}
	return r, http.StatusOK, err
}

// opening are the fields that registering takes.
func (p *practice[R]) opening() []string {
	if p.asked != nil {
		return p.asked
	}
	return p.desk.Flow.Asks
}

// asks are the fields that a deed's form has.
func (p *practice[R]) asks(deed string) (asks []string, ok bool) {
	switch deed {
	case "open":
		return p.opening(), true
	case "reply", "note":
		return nil, true
	}
	for _, m := range p.desk.Flow.Moves {
		if m.Name == deed && !m.Sys {
			asks, ok = append(asks, m.Asks...), true
		}
	}
	return asks, ok
}
