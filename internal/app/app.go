// Package app puts Kilter together: configuration, commands, and the wiring of
// practices, store and faces. Nobody imports it but main.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"kilter/internal/base/lang"
)

// The exit codes of every command.
const (
	exitDone   = 0
	exitFailed = 1 // it was understood and did not work
	exitUsage  = 2 // it was not understood, or a flag has a value that cannot be meant
)

// commands is the command line: one field a command, each in a file of its
// name.
type commands struct {
	Config

	// A blank line between the commands keeps the changes of one from touching
	// the lines of the next.

	Serve serveCmd `cmd:"" help:"cli.serve"`

	Demo demoCmd `cmd:"" help:"cli.demo"`

	Migrate migrateCmd `cmd:"" help:"cli.migrate"`

	Backup backupCmd `cmd:"" help:"cli.backup"`

	Restore restoreCmd `cmd:"" help:"cli.restore"`

	Import importCmd `cmd:"" help:"cli.import"`

	Export exportCmd `cmd:"" help:"cli.export"`

	Bundle bundleCmd `cmd:"" help:"cli.bundle"`

	Report reportCmd `cmd:"" help:"cli.report"`

	Analyze analyzeCmd `cmd:"" help:"cli.analyze"`

	Impact impactCmd `cmd:"" help:"cli.impact"`

	Spof spofCmd `cmd:"" help:"cli.spof"`

	Calendar calendarCmd `cmd:"" help:"cli.calendar"`

	User userCmd `cmd:"" help:"cli.user"`

	Token tokenCmd `cmd:"" help:"cli.token"`

	Audit auditCmd `cmd:"" help:"cli.audit"`

	Version versionCmd `cmd:"" help:"cli.version"`
}

// Env is what a command works with.
type Env struct {
	Config
	Context context.Context
	Out     io.Writer
	Err     io.Writer
	Log     *slog.Logger
	Words   *lang.Printer
}

// Main runs the command line and returns the process's exit code.
func Main(args []string, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	var c commands
	left := -1 // set when kong wants to leave, as after --help
	file, unread := configFile(args)
	words := lang.For(tongue(args, file))
	parser, err := kong.New(
		&c,
		kong.Name("kilter"),
		kong.Description("cli.about"),
		kong.Writers(out, errs),
		kong.Exit(func(code int) { left = code }),
		kong.DefaultEnvars("KILTER"),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Help(helpIn(words)),
	)
	env := &Env{Context: ctx, Out: out, Err: errs, Words: words}
	if err == nil {
		err = translate(parser, words)
	}
	if err != nil {
		complain(env, err)
		return exitFailed
	}
	if err := errors.Join(unread, file.resolve(parser)); err != nil {
		complain(env, err)
		return exitUsage
	}
	cmd, err := parser.Parse(args)
	switch {
	case left >= 0:
		return left
	case err != nil:
		fmt.Fprintf(errs, "kilter: %s\n%s\n", usage(words, err), words.T("cli.see_help", "command", asked(parser, err)))
		return exitUsage
	}
	if err := cmp.Or(c.check(), unfit(cmd), missing(cmd, c.DB)); err != nil {
		complain(env, err)
		return exitUsage
	}
	env.Config, env.Log = c.Config, c.logger(errs)
	err = cmd.Run(env)
	flagged := flagNamed(cmd, err)
	_, input := errors.AsType[unreadInput](err)
	switch {
	case err == nil:
		return exitDone
	case flagged, input:
		complain(env, err)
		return exitUsage
	}
	complain(env, err)
	return exitFailed
}

// asked is the command whose help says more: as far as the command line was
// understood.
func asked(p *kong.Kong, err error) string {
	if e, ok := errors.AsType[*kong.ParseError](err); ok && e.Context != nil {
		if n := e.Context.Selected(); n != nil {
			return n.FullPath()
		}
	}
	return p.Model.Name
}
