package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
)

type calendarCmd struct {
	Check calendarCheckCmd `cmd:"" help:"cli.calendar.check"`
}

type calendarCheckCmd struct {
	Cases string `arg:"" name:"CASES.json" help:"cli.calendar_check.cases" is:"infile"`
	JSON  bool   `help:"cli.calendar_check.json"`
}

func (c calendarCheckCmd) Run(env *Env) (err error) {
	var in io.Reader = os.Stdin
	if c.Cases != "-" {
		file, fail := os.Open(c.Cases)
		if fail != nil {
			return fail
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		in = file
	}
	var lines strings.Builder
	out := env.Out
	if c.JSON {
		out = &lines
	}
	passed, failed, err := calendar.Check(in, out)
	if err != nil {
		return fault.At("CASES.json", "cli.not_cases").With("why", err.Error())
	}
	if c.JSON {
		notes := strings.Split(strings.TrimSpace(lines.String()), "\n")
		err = json.NewEncoder(env.Out).Encode(map[string]any{"passed": passed, "failed": failed, "notes": notes[:len(notes)-1]})
	}
	if err == nil && failed > 0 {
		return fmt.Errorf("%w: %d of %d cases differ", errSaid, failed, passed+failed)
	}
	return err
}
