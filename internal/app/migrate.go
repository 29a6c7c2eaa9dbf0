package app

import (
	"encoding/json"
	"errors"
	"fmt"
)

type migrateCmd struct {
	Status bool `help:"cli.migrate.status"`
	JSON   bool `help:"cli.json"`
}

func (c migrateCmd) Run(env *Env) (err error) {
	db, err := env.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var done []string
	if !c.Status {
		if done, err = db.Migrate(env.Context); err != nil {
			return err
		}
	}
	at, newest, err := db.Schema(env.Context)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{"engine": db.Engine(), "schema": at, "newest": newest, "done": len(done)})
	}
	_, err = fmt.Fprintln(env.Out, env.Words.T("cli.migrated", "engine", db.Engine(), "at", at, "newest", newest, "n", len(done)))
	return err
}
