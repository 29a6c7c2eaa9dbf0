package app

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"kilter/internal/base/fault"
	"kilter/internal/store"
)

type backupCmd struct {
	File string `arg:"" help:"cli.backup.file" placeholder:"FILE" is:"outfile"`
	JSON bool   `help:"cli.json"`
}

// Run writes the backup under another name first, so that a backup that failed
// is never taken for a whole one.
func (c backupCmd) Run(env *Env) (err error) {
	db, err := env.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if c.File == "-" {
		return pack(env, db, env.Out, nil)
	}
	part := c.File + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	var sums []store.Sum
	err = errors.Join(pack(env, db, f, func(s store.Sum) {
		sums = append(sums, s)
		c.tell(env, s)
	}), f.Sync(), f.Close())
	if err != nil {
		return errors.Join(err, os.Remove(part))
	}
	if err := os.Rename(part, c.File); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{"file": c.File, "tables": sums})
	}
	_, err = fmt.Fprintln(env.Out, env.Words.T("cli.backup_whole", "file", c.File))
	return err
}

func (c backupCmd) tell(env *Env, s store.Sum) {
	if !c.JSON {
		fmt.Fprintln(env.Err, env.Words.T("cli.table_rows", "table", fmt.Sprintf("%-20s", s.Table), "n", s.Rows))
	}
}

func pack(env *Env, db *store.DB, w io.Writer, progress func(store.Sum)) error {
	z := gzip.NewWriter(w)
	return errors.Join(db.Backup(env.Context, z, Now(), progress), z.Close())
}

type restoreCmd struct {
	File string `arg:"" help:"cli.restore.file" placeholder:"FILE" is:"infile"`
	JSON bool   `help:"cli.json"`
}

func (c restoreCmd) Run(env *Env) (err error) {
	var in io.Reader = os.Stdin
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		in = f
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return fault.At("file", "store.no_backup")
	}
	db, err := env.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var sums []store.Sum
	m, err := db.Restore(env.Context, z, func(s store.Sum) {
		sums = append(sums, s)
		if !c.JSON {
			fmt.Fprintln(env.Err, env.Words.T("cli.table_same", "table", fmt.Sprintf("%-20s", s.Table), "n", s.Rows))
		}
	})
	if err != nil {
		return err
	}
	if err := db.Reindex(env.Context, nil); err != nil { // a backup leaves the search index out
		return err
	}
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{"made": m.At, "from": m.Engine, "tables": sums})
	}
	_, err = fmt.Fprintln(env.Out, env.Words.T("cli.restored", "at", m.At.Format("2006-01-02 15:04:05Z"), "engine", m.Engine))
	return err
}
