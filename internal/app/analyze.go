package app

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/base/stats"
	"kilter/internal/practice/survey"
)

type analyzeCmd struct {
	Survey   analyzeSurveyCmd   `cmd:"" help:"cli.analyze.survey"`
	Maturity analyzeMaturityCmd `cmd:"" help:"cli.analyze.maturity"`
	Roadmap  analyzeRoadmapCmd  `cmd:"" help:"cli.analyze.roadmap"`
}

type analyzeSurveyCmd struct {
	File    string  `arg:"" help:"cli.analyze_survey.file" placeholder:"FILE" is:"infile"`
	Spec    string  `required:"" help:"cli.analyze_survey.spec" placeholder:"FILE" is:"infile"`
	Samples *int    `help:"cli.analyze_survey.samples" placeholder:"N"`
	Seed    *uint64 `help:"cli.analyze_survey.seed" placeholder:"N"`
	JSON    bool    `help:"cli.json"`
}

// Run analyses a file of answers. It opens no database.
func (c analyzeSurveyCmd) Run(env *Env) error {
	text, err := os.ReadFile(c.Spec)
	if err != nil {
		return err
	}
	spec, err := survey.ParseSpec(text)
	if err != nil {
		return notUnderstood(err)
	}
	if c.Samples != nil {
		if *c.Samples < 0 || *c.Samples > survey.MostSamples {
			return notUnderstood(fault.At("--samples", "survey.spec.between").With("low", 0).With("high", survey.MostSamples))
		}
		spec.Bootstrap.Samples = *c.Samples
	}
	if c.Seed != nil {
		spec.Bootstrap.Seed = *c.Seed
	}
	result, err := c.analyse(spec)
	if err != nil {
		return notUnderstood(err)
	}
	if c.JSON {
		return printJSON(env.Out, result)
	}
	return printSurvey(env, result)
}

func (c analyzeSurveyCmd) analyse(spec *survey.Spec) (result *survey.Result, err error) {
	var in io.Reader = os.Stdin
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		in = file
	}
	table, err := sheet.OpenAs(in, filepath.Base(c.File), spec.File, sheet.Limits{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, table.Close()) }()
	answers, err := survey.Collect(spec, table.Read)
	if err != nil {
		return nil, err
	}
	result, err = survey.Analyse(spec, answers)
	if _, nobody := errors.AsType[*stats.Unfit](err); nobody {
		return nil, fault.At("file", "survey.file.nobody")
	}
	return result, err
}

// unreadInput is an error in what a command was given to read: it was not
// understood, as a wrong command line is not.
type unreadInput struct{ error }

func (u unreadInput) Unwrap() error { return u.error }

// notUnderstood marks the faults of input; what the system says is left as it
// is.
func notUnderstood(err error) error {
	if fault.All(err) == nil {
		return err
	}
	return unreadInput{err}
}
