package api

import (
	"net/http"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
)

// batches are the operations on many items at once.
func (r *itemRoom) batches() {
	r.on("POST", "/items/batches", cmdb.DeedBulk, "batch_items", "items", r.batch)
	r.on("GET", "/item-batches", cmdb.DeedRead, "list_item_batches", "items", func(c *call) error {
		limit, err := c.limit()
		if err != nil {
			return err
		}
		list, err := r.Batches.Past(c.r.Context(), c.by, limit)
		if err != nil {
			return err
		}
		p := page[row]{}
		for _, b := range list {
			p.Items = append(p.Items, batchRow(b))
		}
		return give(c, p)
	}, pageParams[0])
	r.on("GET", "/item-batches/{id}", cmdb.DeedRead, "get_item_batch", "items", func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		b, list, err := r.Batches.Read(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, c.batchDone(b, list))
	})
	r.on("POST", "/item-batches/{id}/undo", cmdb.DeedUnbulk, "undo_item_batch", "items", func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		b, list, err := r.Batches.Undo(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, c.batchDone(b, list))
	})
}

// itemBatchForm is one change for many items: named one by one, or by a
// condition.
type itemBatchForm struct {
	Items []struct {
		ID      int64 `json:"id"`
		Version int64 `json:"version"`
	} `json:"items"`
	Where   string `json:"where"`
	Preview bool   `json:"preview"`
	Fields  object `json:"fields"`
	Move    string `json:"move"`
	Form    object `json:"form"`
	Because string `json:"because"`
}

func (r *itemRoom) batch(c *call) error {
	var f itemBatchForm
	if err := c.into(&f); err != nil {
		return err
	}
	on, err := r.batchOn(c, f)
	if err != nil {
		return err
	}
	act := cmdb.Act{Move: f.Move, Because: f.Because}
	for _, part := range []struct {
		from object
		to   *map[string]string
	}{{f.Fields, &act.Fields}, {f.Form, &act.Form}} {
		in, err := c.itemFields(part.from)
		if err != nil {
			return err
		}
		*part.to = in.Fields
	}
	if f.Preview {
		list, err := r.Batches.Preview(c.r.Context(), c.by, act, on)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, c.batchDone(cmdb.Batch{}, list))
	}
	b, list, err := r.Batches.Do(c.r.Context(), c.by, act, on)
	if err != nil {
		return err
	}
	return c.done(http.StatusOK, c.batchDone(b, list))
}

func (r *itemRoom) batchOn(c *call, f itemBatchForm) (on []cmdb.Chosen, err error) {
	if f.Where != "" {
		if len(f.Items) > 0 {
			return nil, fault.At("where", "cmdb.batch_both")
		}
		where, err := r.Configuration.Where(c.by, f.Where)
		if err != nil {
			return nil, err
		}
		return r.Batches.Matching(c.r.Context(), c.by, where)
	}
	for _, i := range f.Items {
		on = append(on, cmdb.Chosen{Item: record.ItemID(i.ID), Version: i.Version})
	}
	return on, nil
}

// batchDone is a bulk change with what it did, or would do, to each item.
func (c *call) batchDone(b cmdb.Batch, list []cmdb.Batched) row {
	out := row{}
	if b.ID != 0 {
		out = batchRow(b)
		if n := b.Unseen(c.by, list); n > 0 {
			out.put("unseen", n)
		}
	}
	lines := []row{}
	for n := range list {
		o := &list[n]
		line := row{{"id", int64(o.ID)}}
		if o.Item != nil {
			line.put("code", o.Item.Code)
			line.put("version", o.Item.Version)
			changes := []row{}
			for _, ch := range o.Changes {
				changes = append(changes, row{{"field", ch.Field}, {"was", ch.Was}, {"now", ch.Became}})
			}
			line.put("changes", changes)
		}
		if o.Refused != nil {
			p := c.problemOf(o.Refused)
			line.put("refused", refusal{p.Status, p.Code, p.Detail, p.Errors})
		}
		lines = append(lines, line)
	}
	out.put("outcomes", lines)
	return out
}

func batchRow(b cmdb.Batch) row {
	fields := b.Fields
	if fields == nil {
		fields = []string{}
	}
	return row{
		{"batch", b.ID},
		{"fields", fields},
		{"move", b.Move},
		{"because", b.Because},
		{"items", b.Items},
		{"at", moment(b.At)},
		{"by", orNull(b.By)},
		{"by_name", b.Name},
		{"undone", moment(b.Undone)},
	}
}
