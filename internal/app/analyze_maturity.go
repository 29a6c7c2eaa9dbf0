package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
)

type analyzeMaturityCmd struct {
	File string `arg:"" name:"ANSWERS.json" help:"cli.analyze_maturity.file" is:"infile"`
	JSON bool   `help:"cli.json"`
}

// Run judges a file of answers. It opens no database.
func (c analyzeMaturityCmd) Run(env *Env) error {
	text, err := readSmall(c.File)
	if err != nil {
		return notUnderstood(err)
	}
	set := maturity.Current()
	file, err := set.Parse(text)
	if err != nil {
		return notUnderstood(err)
	}
	report := set.Report(file)
	if c.JSON {
		return printJSON(env.Out, report)
	}
	return printMaturity(env, report)
}

func printJSON(to io.Writer, v any) error {
	out := json.NewEncoder(to)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(v)
}

// mostInput is how long a file of input may be that is read as a whole.
const mostInput = 8 << 20

// readSmall reads a file, or standard input for "-", that is short.
func readSmall(name string) (text []byte, err error) {
	var in io.Reader = os.Stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		in = file
	}
	text, err = io.ReadAll(io.LimitReader(in, mostInput+1))
	if len(text) > mostInput {
		return nil, fault.At("file", "cli.file_too_long").With("most", mostInput>>20)
	}
	return text, err
}

// ladder writes a maturity report for a terminal.
type ladder struct {
	*Env
	r *maturity.Report
}

func printMaturity(env *Env, r *maturity.Report) error {
	l := ladder{env, r}
	fmt.Fprintln(l.Out, l.Words.T("maturity.title"))
	fmt.Fprintln(l.Out, l.Words.T("maturity.set", "version", r.Set.Version, "others", r.Set.Rule.OthersAtLeast))
	fmt.Fprintln(l.Out)
	for _, part := range []func() error{l.levels, l.lifts, l.agreement, l.moves} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// part begins a part of the report.
func (l ladder) part(key string) { fmt.Fprintf(l.Out, "\n%s\n", l.Words.T("maturity."+key)) }

func (l ladder) cols(names ...string) []any {
	out := make([]any, len(names))
	for i, n := range names {
		out[i] = l.Words.T("maturity.col." + n)
	}
	return out
}

// name is a process with its code.
func (l ladder) name(p maturity.Process) string {
	return string(p) + " " + l.r.Set.Part(p).Name.In(string(l.Words.Lang()))
}

func (l ladder) levels() error {
	err := tableOf(l.Out, func(line func(...any)) {
		head := l.cols("process", "level", "potential", "yes", "rating", "framework", "blockers")
		if l.r.Targets != nil {
			head = append(head[:2:2], append(l.cols("target"), head[2:]...)...)
		}
		line(head...)
		for _, o := range l.r.Outcomes {
			cells := []any{l.name(o.Process), o.Level, o.Potential, l.Words.Percent(o.YesShare(), 1), maturity.Rate(o.YesShare()), o.Level.Framework(), l.blockers(o)}
			if l.r.Targets != nil {
				target := "–"
				if t, set := l.r.Targets[o.Process]; set {
					target = t.String()
				}
				cells = append(cells[:2:2], append([]any{target}, cells[2:]...)...)
			}
			line(cells...)
		}
	})
	fmt.Fprintln(l.Out, l.Words.T("maturity.legend"))
	for _, o := range l.r.Outcomes {
		if o.Unproven+o.Open > 0 {
			fmt.Fprintln(l.Out, l.Words.T("maturity.uncertain", "process", o.Process, "unproven", o.Unproven, "open", o.Open))
		}
	}
	return err
}

func (l ladder) blockers(o maturity.Outcome) string {
	if o.Blockers.Level == maturity.None {
		return "–"
	}
	out := o.Blockers.Must
	if n := o.Blockers.Others; n > 0 {
		out = append(out[:len(out):len(out)], l.Words.N("maturity.others_more", n))
	}
	return strings.Join(out, ", ")
}

// lifts tells what has to turn for a target, or else for the next level.
func (l ladder) lifts() error {
	l.part("lifts")
	for _, o := range l.r.Outcomes {
		to, set := l.r.Targets[o.Process]
		if !set {
			to = o.Level + 1
		}
		lift, ok := o.To(to)
		if !ok {
			continue
		}
		must := lift.Must[:len(lift.Must):len(lift.Must)]
		for _, c := range lift.Choices {
			must = append(must, l.Words.T("maturity.lift.any", "n", c.Count, "ids", strings.Join(c.Of, ", ")))
		}
		key := "maturity.lift.must"
		args := []any{"process", o.Process, "level", lift.To, "must", strings.Join(must, "; ")}
		if lift.Lands > lift.To {
			key, args = "maturity.lift.lands", append(args, "lands", lift.Lands)
		}
		fmt.Fprintln(l.Out, l.Words.T(key, args...))
	}
	return nil
}

func (l ladder) agreement() error {
	c := l.r.Consensus
	if c == nil {
		return nil
	}
	l.part("agreement")
	err := tableOf(l.Out, func(line func(...any)) {
		line(l.cols("process", "questions", "kappa", "band")...)
		write := func(name string, a maturity.Agreement) {
			if a.Kappa == nil {
				line(name, a.Questions, "–", l.Words.T("maturity.why."+a.Why))
				return
			}
			line(name, a.Questions, l.Words.Decimal(*a.Kappa, 2), l.Words.T("maturity.band."+a.Band))
		}
		for _, o := range l.r.Outcomes {
			write(l.name(o.Process), c.Agreement[o.Process])
		}
		write(l.Words.T("maturity.all"), c.Overall)
	})
	if len(c.Disputed) > 0 {
		fmt.Fprintln(l.Out, l.Words.T("maturity.disputed", "ids", strings.Join(c.Disputed, ", ")))
	}
	if len(c.Tied) > 0 {
		fmt.Fprintln(l.Out, l.Words.T("maturity.tied", "ids", strings.Join(c.Tied, ", ")))
	}
	return err
}

func (l ladder) moves() error {
	if len(l.r.Expired) > 0 {
		var ids []string
		for _, o := range l.r.Expired {
			ids = append(ids, o.Question)
		}
		fmt.Fprintln(l.Out, l.Words.T("maturity.expired", "ids", strings.Join(ids, ", ")))
	}
	if l.r.Moves == nil {
		return nil
	}
	l.part("moves")
	return tableOf(l.Out, func(line func(...any)) {
		line(l.cols("process", "from", "to", "gained", "lost")...)
		for _, m := range l.r.Moves {
			line(l.name(m.Process), m.From, m.To, strings.Join(m.Gained, ", "), strings.Join(m.Lost, ", "))
		}
	})
}
