package api

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
)

// The limits of a bulk request.
const (
	linesBytes = 256 << 20
	linesTime  = 10 * time.Minute
	longLine   = 1 << 20
)

// lines serve many at once: one JSON object a line, there and back.
func (r *itemRoom) lines() {
	r.add(operation{
		Method: "GET", Path: Prefix + "/items.ndjson", Policy: cmdb.DeedExport, Name: "export-items", Key: "export_items", Tag: "items", Query: []param{{Name: "q", Type: "string"}},
		Gives: []gives{{Status: http.StatusOK, Type: lineType}}, Run: r.export,
	})
	stream := &body{Types: []string{lineType}, Stream: true, Limit: linesBytes, Time: linesTime}
	r.add(operation{
		Method: "POST", Path: Prefix + "/items/bulk", Policy: cmdb.DeedEdit, Name: "bulk-items", Key: "bulk_items", Tag: "items", Body: stream,
		Gives: []gives{{Status: http.StatusOK, Type: lineType}}, Run: func(c *call) error { return r.bulk(c, r.itemLine) },
	})
	r.add(operation{
		Method: "POST", Path: Prefix + "/relations/bulk", Policy: cmdb.DeedRelate, Name: "bulk-relations", Key: "bulk_relations", Tag: "relations", Body: stream,
		Gives: []gives{{Status: http.StatusOK, Type: lineType}}, Run: func(c *call) error { return r.bulk(c, r.relationLine) },
	})
	r.add(operation{
		Method: "POST", Path: Prefix + "/item-imports", Policy: cmdb.DeedImport, Name: "add-item-import", Key: "add_item_import", Tag: "item_imports", Once: true, Body: stream,
		Query: []param{{Name: "source", Type: "string"}, {Name: "complete", Type: "string"}},
		Gives: []gives{{Status: http.StatusCreated, Schema: &schema{Hand: as("object")}}}, Run: r.draft,
	})
}

// files serves the importers.
func (r *itemRoom) toolFiles() {
	r.add(operation{
		Method: "POST", Path: Prefix + "/item-imports/files", Policy: cmdb.DeedImport, Name: "draft-item-file", Key: "draft_item_file", Tag: "item_imports", Once: true,
		Body:  &body{Types: []string{anyType, jsonType, lineType, csvType, xlsxType}, Stream: true, Limit: linesBytes, Time: linesTime},
		Query: []param{{Name: "file_kind", Type: "string", Enum: sentKinds}, {Name: "name", Type: "string"}, {Name: "source", Type: "string"}, {Name: "zone", Type: "string"}, {Name: "whole", Type: "boolean"}, {Name: "map", Type: "string"}},
		Gives: []gives{{Status: http.StatusCreated, Schema: &schema{Hand: as("object")}}}, Run: r.sent,
	})
}

func (r *itemRoom) export(c *call) error {
	if err := c.by.May(cmdb.DeedExport); err != nil {
		return err
	}
	q, err := r.asked(c, mostPage)
	if err != nil {
		return err
	}
	row := audit.By(c.by, c.Now(), cmdb.DeedExport, "items")
	row.Detail = audit.Detail("q", c.get("q"))
	if err := r.Desk.Pen.Note(c.r.Context(), row); err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", lineType)
	out := bufio.NewWriterSize(c.w, 64<<10)
	enc := json.NewEncoder(out)
	for {
		found, err := r.Desk.List(c.r.Context(), c.by, q)
		if err != nil {
			return c.broke(err)
		}
		for n := range found {
			if err := enc.Encode(itemRow(&found[n])); err != nil {
				return c.broke(err)
			}
		}
		if len(found) < q.Limit {
			return out.Flush()
		}
		q.After = cmdb.After(&found[len(found)-1], q.Order)
	}
}

// bulk does one line after the other and answers each with a line: what came
// of it, or what was wrong. A line at fault does not stop the others.
func (r *itemRoom) bulk(c *call, do func(*call, object) (row, error)) error {
	if err := c.by.May(c.op.Policy); err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", lineType)
	control := http.NewResponseController(c.w)
	_ = control.EnableFullDuplex() // answers may begin before the last line has come
	out := bufio.NewWriterSize(c.w, 64<<10)
	enc := json.NewEncoder(out)
	in := bufio.NewScanner(c.r.Body)
	in.Buffer(make([]byte, 0, 64<<10), longLine)
	for n := 1; in.Scan(); n++ {
		text := strings.TrimSpace(in.Text())
		if text == "" {
			continue
		}
		answer := row{{"line", n}}
		got, err := c.oneLine([]byte(text), do)
		switch {
		case err == nil:
			answer = append(answer, got...)
		case fault.All(err) == nil:
			return c.broke(err)
		default:
			var wrong []mistake
			for _, f := range fault.All(err) {
				wrong = append(wrong, c.mistake(f, c.words.Fault(f)))
			}
			answer.put("errors", wrong)
		}
		if err := enc.Encode(answer); err != nil {
			return c.broke(err)
		}
	}
	if err := in.Err(); err != nil {
		return c.broke(err)
	}
	return out.Flush()
}

// oneLine does a line; one with a key is done once, however often it is sent.
func (c *call) oneLine(line []byte, do func(*call, object) (row, error)) (row, error) {
	o, err := readObject(line)
	if err != nil {
		return nil, err
	}
	key := ""
	if err := member(o, "key", &key); err != nil {
		return nil, err
	}
	delete(o, "key")
	if key == "" || c.Answers == nil {
		return do(c, o)
	}
	text, err := c.lineOnce(key, line, func() (any, error) {
		made, err := do(c, o)
		return made, err
	})
	if err != nil {
		return nil, err
	}
	told, err := readObject(text)
	if err != nil {
		return nil, err
	}
	var out row
	for _, name := range []string{"id", "code", "version"} {
		if v, ok := told[name]; ok {
			out.put(name, v)
		}
	}
	return out, nil
}

// itemLine adds an item, or changes the one whose id the line gives.
func (r *itemRoom) itemLine(c *call, o object) (row, error) {
	var id, version int64
	if err := errors.Join(member(o, "id", &id), member(o, "version", &version)); err != nil {
		return nil, err
	}
	delete(o, "id")
	delete(o, "version")
	in, err := c.itemFields(o)
	if err != nil {
		return nil, err
	}
	in.ID, in.Version = record.ItemID(id), version
	i, err := r.Desk.Save(c.r.Context(), c.by, in)
	if err != nil {
		return nil, err
	}
	return row{{"id", int64(i.ID)}, {"code", i.Code}, {"version", i.Version}}, nil
}

func (r *itemRoom) relationLine(c *call, o object) (row, error) {
	raw, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	t, err := readRelation(raw)
	if err != nil {
		return nil, err
	}
	made, err := r.Desk.Relate(c.r.Context(), c.by, t)
	if err != nil {
		return nil, err
	}
	return row{{"id", int64(made.ID)}}, nil
}

// finding is a line of a source's report: an item by what the source knows of
// it.
type finding struct {
	Class  cmdb.Class        `json:"class"`
	Fields map[string]string `json:"fields"`
}

// draft takes a source's report and drafts the import of it.
func (r *itemRoom) draft(c *call) error {
	if err := c.by.May(cmdb.DeedImport); err != nil {
		return err
	}
	source := strings.TrimSpace(c.get("source"))
	if source == "" || len(source) > 60 {
		return fault.At("source", "cmdb.map.no_source")
	}
	rep := cmdb.Report{Source: source, File: "api"}
	for _, class := range c.list("complete") {
		rep.Complete = append(rep.Complete, cmdb.Class(class))
	}
	in := bufio.NewScanner(c.r.Body)
	in.Buffer(make([]byte, 0, 64<<10), longLine)
	n := 0
	rep.Next = func() (cmdb.Finding, error) {
		for in.Scan() {
			n++
			if strings.TrimSpace(in.Text()) == "" {
				continue
			}
			var f finding
			err := strictly(in.Bytes(), &f)
			return cmdb.Finding{Line: n, Class: f.Class, Fields: f.Fields}, err
		}
		if err := in.Err(); err != nil {
			return cmdb.Finding{}, err
		}
		return cmdb.Finding{}, io.EOF
	}
	made, plan, err := r.Reconciler.Draft(c.r.Context(), c.by, rep)
	if err != nil {
		return largeOr(err)
	}
	out := importRow(made)
	out.put("lines", plan.Lines)
	c.w.Header().Set("Location", Prefix+"/item-imports/"+strconv.FormatInt(made.ID, 10))
	return c.JSON(http.StatusCreated, out)
}

// sent takes a file of any kind that an importer reads, and drafts its import.
func (r *itemRoom) sent(c *call) error {
	if err := c.by.May(cmdb.DeedImport); err != nil {
		return err
	}
	s := Sent{
		Kind: c.get("file_kind"), Name: path.Base(strings.ReplaceAll(strings.TrimSpace(c.get("name")), "\\", "/")), Source: strings.TrimSpace(c.get("source")),
		Zone: c.get("zone"), Complete: c.get("whole") == "true", Map: c.get("map"), Body: c.r.Body,
	}
	if !slices.Contains(sentKinds, s.Kind) {
		return fault.At("file_kind", "record.not_a_choice").With("choices", strings.Join(sentKinds, ", "))
	}
	if s.Name == "." || s.Name == "/" {
		return fault.At("name", "record.required")
	}
	made, plan, err := r.Bring(c.r.Context(), c.by, s)
	if err != nil {
		return largeOr(err)
	}
	out := importRow(made)
	out.put("lines", plan.Lines)
	out.put("ties", plan.Ties)
	if len(plan.Passed) > 0 {
		out.put("passed", plan.Passed)
	}
	c.w.Header().Set("Location", Prefix+"/item-imports/"+strconv.FormatInt(made.ID, 10))
	return c.JSON(http.StatusCreated, out)
}

func (r *itemRoom) imports() {
	r.on("GET", "/item-imports", cmdb.DeedImport, "list_item_imports", "item_imports", func(c *call) error {
		limit, err := c.limit()
		if err != nil {
			return err
		}
		list, err := r.Reconciler.List(c.r.Context(), c.by, limit)
		if err != nil {
			return err
		}
		p := page[row]{}
		for _, in := range list {
			p.Items = append(p.Items, importRow(in))
		}
		return give(c, p)
	}, pageParams[0])
	r.on("GET", "/item-imports/{id}", cmdb.DeedImport, "get_item_import", "item_imports", func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		in, plan, err := r.Reconciler.Read(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		out := importRow(in)
		out.put("lines", plan.Lines)
		out.put("ties", plan.Ties)
		if len(plan.Passed) > 0 {
			out.put("passed", plan.Passed)
		}
		if plan.Hidden > 0 {
			out.put("hidden", plan.Hidden)
		}
		return c.JSON(http.StatusOK, out)
	})
	r.on("POST", "/item-imports/{id}/approve", cmdb.DeedApprove, "approve_item_import", "item_imports", func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		in, err := r.Reconciler.Approve(c.r.Context(), c.by, id, nil)
		if err != nil {
			return err
		}
		if !in.Counted(c.by) {
			in.Counts = nil
		}
		return c.done(http.StatusOK, importRow(in))
	})
	r.on("POST", "/item-imports/{id}/undo", cmdb.DeedUndo, "undo_item_import", "item_imports", func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		back, kept, err := r.Reconciler.Undo(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, row{{"id", id}, {"back", back}, {"kept", kept}})
	})
}

func importRow(in cmdb.Import) row {
	out := row{
		{"id", in.ID},
		{"source", in.Source},
		{"file", in.File},
		{"state", in.State},
		{"counts", in.Counts},
		{"at", moment(in.At)},
		{"by", orNull(in.By)},
		{"name", in.Name},
		{"done", moment(in.Done)},
		{"approved", orNull(in.Approved)},
		{"undone", moment(in.Undone)},
	}
	if in.State == cmdb.Running || in.State == cmdb.Broken {
		out.put("rows", in.Rows)
		out.put("beat", moment(in.Beat))
	}
	if len(in.Trouble) > 0 {
		out.put("trouble", in.Trouble)
	}
	if in.Seal.Sequence > 0 {
		out.put("seal", in.Seal)
	}
	return out
}
