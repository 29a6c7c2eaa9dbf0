// Package app puts Kilter together: configuration, commands, and the wiring of
// practices, store and faces. Nobody imports it but main.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
)

// The exit codes of every command.
const (
	exitDone   = 0
	exitFailed = 1 // it was understood and did not work
	exitUsage  = 2 // it was not understood
)

// commands is the command line: one field a command, each in a file of its
// name.
type commands struct {
	Config

	// A blank line between the commands keeps the changes of one from touching
	// the lines of the next.

	Serve serveCmd `cmd:"" help:"Serve pages, API and jobs."`

	Demo demoCmd `cmd:"" help:"Fill an empty database with a demo city, and serve it."`

	Migrate migrateCmd `cmd:"" help:"Bring the database's schema up to date."`

	Backup backupCmd `cmd:"" help:"Write all data to one file, while the service goes on."`

	Restore restoreCmd `cmd:"" help:"Fill an empty database from a backup, of either engine, and compare."`

	Import importCmd `cmd:"" help:"Bring data in from other tools."`

	Export exportCmd `cmd:"" help:"Write records, items and settings out as CSV, XLSX, JSON lines, or an event log."`

	Bundle bundleCmd `cmd:"" help:"Items and relations as a signed file for a network that only media reach."`

	Report reportCmd `cmd:"" help:"Make a report."`

	Impact impactCmd `cmd:"" help:"Show what fails if a configuration item fails."`

	Spof spofCmd `cmd:"" help:"List the single points of failure of an item, or of all services."`

	Calendar calendarCmd `cmd:"" help:"Check the arithmetic of business time."`

	User userCmd `cmd:"" help:"Accounts: who may sign in and do what."`

	Token tokenCmd `cmd:"" help:"Keys for the API."`

	Audit auditCmd `cmd:"" help:"The audit log and its chain."`

	Version versionCmd `cmd:"" help:"Show the version of this program."`
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
	parser, err := kong.New(&c,
		kong.Name("kilter"),
		kong.Description("The IT service management system of a city's information centre."),
		kong.UsageOnError(),
		kong.Writers(out, errs),
		kong.Exit(func(code int) { left = code }),
		kong.DefaultEnvars("KILTER"),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		fmt.Fprintf(errs, "kilter: %v\n", err)
		return exitFailed
	}
	if err := fromFile(parser, args); err != nil {
		fmt.Fprintf(errs, "kilter: %v\n", err)
		return exitUsage
	}
	cmd, err := parser.Parse(args)
	switch {
	case left >= 0:
		return left
	case err != nil:
		fmt.Fprintf(errs, "kilter: %v\n", err)
		return exitUsage
	}
	env := &Env{Config: c.Config, Context: ctx, Out: out, Err: errs, Log: c.logger(errs), Words: lang.For(c.language())}
	if err := cmd.Run(env); err != nil {
		complain(env, err)
		return exitFailed
	}
	return exitDone
}

// complain tells what went wrong: faults in the reader's language, one line
// each, anything else as it is.
func complain(env *Env, err error) {
	faults := fault.All(err)
	if faults == nil {
		if !errors.Is(err, errSaid) {
			fmt.Fprintf(env.Err, "kilter: %v\n", err)
		}
		return
	}
	for _, f := range faults {
		text := env.Words.T(f.Key, f.Args)
		if f.Field != "" {
			text = f.Field + ": " + text
		}
		fmt.Fprintf(env.Err, "kilter: %s\n", text)
	}
}

// errSaid ends a command that has said itself why it failed.
var errSaid = errors.New("failed")
