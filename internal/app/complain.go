package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
)

// errSaid ends a command that has said itself why it failed.
var errSaid = errors.New("failed")

// complain tells what went wrong in the reader's language: faults one line
// each, what the system says in a sentence of ours.
func complain(env *Env, err error) {
	faults := fault.All(err)
	if faults == nil {
		if !errors.Is(err, errSaid) {
			fmt.Fprintf(env.Err, "kilter: %s\n", ofSystem(env.Words, err))
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

// reasons are what the operating system says, and what we say of a file then.
var reasons = []struct {
	is  error
	key string
}{
	{fs.ErrNotExist, "cli.no_file"},
	{fs.ErrExist, "cli.file_there"},
	{fs.ErrPermission, "cli.file_denied"},
	{syscall.EISDIR, "cli.file_is_folder"},
	{syscall.ENOTDIR, "cli.file_no_folder"},
	{syscall.ENOSPC, "cli.file_no_room"},
	{syscall.EROFS, "cli.file_denied"},
}

// ofSystem is a sentence about an error that is none of ours.
func ofSystem(w *lang.Printer, err error) string {
	if errors.Is(err, context.Canceled) {
		return w.T("cli.stopped")
	}
	name := ""
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		name = e.Path
	} else if e, ok := errors.AsType[*os.LinkError](err); ok {
		name = e.New
	}
	if name != "" {
		for _, r := range reasons {
			if errors.Is(err, r.is) {
				return w.T(r.key, "file", name)
			}
		}
		return w.T("cli.file_failed", "file", name, "why", err.Error())
	}
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "dial" {
		where := ""
		if e.Addr != nil {
			where = e.Addr.String()
		}
		return w.T("cli.no_connection", "address", where, "why", e.Err.Error())
	}
	return w.T("cli.failed", "why", err.Error())
}
