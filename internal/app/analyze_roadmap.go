package app

import (
	"fmt"
	"strings"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/roadmap"
)

type analyzeRoadmapCmd struct {
	File        string `arg:"" name:"INPUT.json" help:"cli.analyze_roadmap.file" is:"infile"`
	Sensitivity bool   `help:"cli.analyze_roadmap.sensitivity"`
	JSON        bool   `help:"cli.json"`
}

// Run makes a roadmap of a file. It opens no database.
func (c analyzeRoadmapCmd) Run(env *Env) error {
	text, err := readSmall(c.File)
	if err != nil {
		return notUnderstood(err)
	}
	file, err := roadmap.Parse(text)
	if err != nil {
		return notUnderstood(err)
	}
	plan := roadmap.Make(file.Settings, file.Inputs)
	if c.JSON {
		return printJSON(env.Out, plan)
	}
	p := itinerary{env, plan}
	for _, part := range []func() error{p.head, p.order, p.phases} {
		if err := part(); err != nil {
			return err
		}
	}
	if err := p.scenarios(file); err != nil || !c.Sensitivity {
		return err
	}
	return p.sensitivity(roadmap.Sensitivity(file.Settings, file.Inputs))
}

// itinerary writes a roadmap for a terminal.
type itinerary struct {
	*Env
	p *roadmap.Plan
}

func (t itinerary) say(key string, args ...any) {
	fmt.Fprintln(t.Out, t.Words.T("roadmap."+key, args...))
}

func (t itinerary) cols(names ...string) []any {
	out := make([]any, len(names))
	for i, n := range names {
		out[i] = t.Words.T("roadmap.col." + n)
	}
	return out
}

func (t itinerary) head() error {
	t.say("title")
	t.say("set", "version", t.p.Settings.Version, "days", t.p.Settings.PhaseDays, "capacity", t.p.Inputs.Capacity)
	var missed []string
	for _, d := range t.p.Drivers {
		if d.KD > 0 {
			missed = append(missed, d.Dimension+" "+t.Words.Percent(d.KD, 1))
		}
	}
	if missed == nil {
		t.say("nothing_missed")
		return nil
	}
	t.say("drivers", "list", t.Words.List(missed))
	return nil
}

func (t itinerary) order() error {
	fmt.Fprintln(t.Out)
	t.say("order")
	err := tableOf(t.Out, func(line func(...any)) {
		line(t.cols("process", "level", "target", "demand", "ready", "value", "enables", "pull", "priority")...)
		for _, p := range t.p.First(len(maturity.Processes())) {
			term := t.p.Terms[p]
			var others []string
			for _, e := range term.Enables {
				others = append(others, string(e.Process)+" "+t.Words.Decimal(e.Adds, 3))
			}
			if others == nil {
				others = []string{"–"}
			}
			line(p, t.p.Inputs.Level[p], t.p.Target[p], t.Words.Decimal(t.p.DemandNorm[p], 2), t.Words.Decimal(t.p.Readiness[p], 3),
				t.Words.Decimal(term.Value, 3), strings.Join(others, " + "), t.Words.Decimal(term.Pull, 3), t.Words.Decimal(term.Priority, 1))
		}
	})
	for _, r := range t.p.Raised {
		t.say("raised", "process", r.Process, "from", r.From, "to", r.To, "for", r.Gate.Process, "level", r.Gate.Level)
	}
	for _, p := range maturity.Processes() {
		if d, ok := t.p.Inputs.Targets[p]; ok {
			t.say("decided", "process", p, "level", d.Level, "reason", d.Reason)
		}
	}
	return err
}

func (t itinerary) phases() error {
	helped := false
	for _, phase := range t.p.Phases {
		fmt.Fprintln(t.Out)
		t.say("phase", "n", phase.Number, "spent", phase.Spent, "capacity", t.p.Inputs.Capacity)
		err := tableOf(t.Out, func(line func(...any)) {
			line(t.cols("action", "theme", "cost", "gain", "lacks")...)
			for _, a := range phase.Actions {
				if a.Kind == roadmap.Person {
					helped = true
					name := t.Words.T("roadmap.people", "process", a.Process, "level", a.To, "ready", t.Words.Decimal(a.Readiness, 3), "gate", t.Words.Decimal(a.Gate, 2))
					line(name, t.Words.T("roadmap.theme.people"), a.Cost, "–", "–")
					continue
				}
				lacks := "–"
				if a.Lacks >= 0 {
					lacks = t.Words.Number(a.Lacks)
				}
				line(t.Words.T("roadmap.step", "process", a.Process, "level", a.To), t.Words.T("roadmap.theme."+string(a.Theme)), a.Cost, t.Words.Decimal(a.PerPoint(), 3), lacks)
			}
		})
		if err != nil {
			return err
		}
	}
	fmt.Fprintln(t.Out)
	if helped {
		t.say("assumed")
	}
	fmt.Fprintln(t.Out, t.end(t.p))
	return nil
}

// end says how a plan ends.
func (t itinerary) end(p *roadmap.Plan) string {
	var left []string
	for _, code := range p.Left {
		left = append(left, string(code))
	}
	return t.Words.T("roadmap.stop."+string(p.Stop), "left", strings.Join(left, ", "))
}

func (t itinerary) scenarios(file *roadmap.File) error {
	if file.Scenarios == nil {
		return nil
	}
	fmt.Fprintln(t.Out)
	t.say("scenarios")
	return tableOf(t.Out, func(line func(...any)) {
		line(t.cols("scenario", "phases", "points", "first", "end")...)
		write := func(name string, p *roadmap.Plan) {
			line(name, len(p.Phases), p.Points(), joined(p.First(5)), t.end(p))
		}
		write(t.Words.T("roadmap.base"), t.p)
		for _, s := range file.Scenarios {
			write(s.Name, roadmap.Try(file.Settings, file.Inputs, s))
		}
	})
}

func (t itinerary) sensitivity(swings []roadmap.Swing) error {
	fmt.Fprintln(t.Out)
	t.say("sensitivity")
	if len(swings) == 0 {
		t.say("sensitivity_none")
		return nil
	}
	return tableOf(t.Out, func(line func(...any)) {
		line(t.cols("weight", "now", "change", "first")...)
		for _, s := range swings {
			line(s.Weight, t.Words.Decimal(s.Value, 3), t.Words.Percent(s.Change, 0), joined(s.First))
		}
	})
}

func joined(all []maturity.Process) string {
	out := make([]string, len(all))
	for i, p := range all {
		out[i] = string(p)
	}
	return strings.Join(out, " ")
}
