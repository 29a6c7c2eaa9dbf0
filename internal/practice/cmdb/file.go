package cmdb

import (
	"context"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Attached is a file or document on an item. Its content is stored once,
// however often it is attached; see record.Files.
type Attached struct {
	ID      int64
	Item    record.ItemID
	File    int64
	Name    string
	By      people.ID
	At      time.Time
	Content record.Content
}

// Serve decides how a file goes out over HTTP, as with files of records.
func (a Attached) Serve() record.Serving {
	return record.Attachment{Name: a.Name, Content: a.Content}.Serve()
}

// ItemFiles keeps which files are on which item.
type ItemFiles interface {
	// Attach puts a file, which by has brought, on an item.
	Attach(ctx context.Context, by people.ID, a *Attached, change Change, row audit.Row) error
	Attached(ctx context.Context, item record.ItemID) ([]Attached, error)
}

// mostFiles is how many files an item can have.
const mostFiles = 200

// Attach puts a file that the actor has brought on an item.
func (d *Desk) Attach(ctx context.Context, by people.Actor, id record.ItemID, file record.Attach) (Attached, error) {
	if err := audit.Ask(ctx, d.Pen, by, d.now(), DeedEdit, object(id)); err != nil {
		return Attached{}, err
	}
	if _, err := d.find(ctx, by, id); err != nil {
		return Attached{}, err
	}
	held, err := d.Files.Attached(ctx, id)
	if err != nil {
		return Attached{}, err
	}
	if len(held) >= mostFiles {
		return Attached{}, (&fault.Fault{Kind: fault.TooMuch, Field: "files", Key: "record.too_many_files"}).With("max", mostFiles)
	}
	at := d.now()
	a := Attached{Item: id, File: file.File, Name: record.FileName(file.Name), By: by.ID, At: at}
	c := Change{Item: id, At: at, By: by.ID, Name: by.Name, Field: "attached", Became: a.Name}
	err = d.Files.Attach(ctx, by.ID, &a, c, audit.By(by, at, DeedEdit, object(id)))
	return a, err
}

// Attached lists the files of an item.
func (d *Desk) Attached(ctx context.Context, by people.Actor, id record.ItemID) ([]Attached, error) {
	if _, err := d.Find(ctx, by, id); err != nil {
		return nil, err
	}
	return d.Files.Attached(ctx, id)
}

// fileOf reports whether a file hangs on the item.
func (d *Desk) fileOf(ctx context.Context, item record.ItemID, file int64) error {
	held, err := d.Files.Attached(ctx, item)
	if err == nil && !slices.ContainsFunc(held, func(a Attached) bool { return a.ID == file }) {
		err = fault.New(fault.Missing, "record.no_such_file")
	}
	return err
}
