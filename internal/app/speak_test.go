package app

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/alecthomas/kong"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
)

// Every command, flag and argument has its help as a key that both languages
// have words for, and is shown in them.
func TestHelpHasWords(t *testing.T) {
	t.Parallel()
	for _, l := range lang.All() {
		var c commands
		p, err := kong.New(&c, kong.Name("kilter"), kong.Description("cli.about"))
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		word := func(what, help string) {
			seen++
			if !strings.HasPrefix(help, "cli.") || !lang.For(l).Has(help) {
				t.Errorf("%s: the help of %s is %q", l, what, help)
			}
		}
		each := func(node *kong.Node) error {
			for _, v := range node.Positional {
				word(v.Summary(), v.Help)
			}
			return nil
		}
		err = kong.Visit(p.Model, func(at kong.Visitable, next kong.Next) error {
			switch n := at.(type) {
			case *kong.Node:
				word(n.FullPath(), n.Help)
				return next(each(n))
			case *kong.Flag:
				if n.Name != "help" {
					word("--"+n.Name, n.Help)
				}
			}
			return next(nil)
		})
		if err != nil || seen < 150 {
			t.Errorf("%d helps seen, %v", seen, err)
		}
		if err := translate(p, lang.For(l)); err != nil || strings.HasPrefix(p.Model.Children[0].Help, "cli.") {
			t.Errorf("%s: not translated: %q, %v", l, p.Model.Children[0].Help, err)
		}
	}
}

// What kong does not understand is said in a sentence of ours; a form that we do
// not know keeps its words.
func TestUsage(t *testing.T) {
	t.Parallel()
	en, zh := lang.For(lang.English), lang.For(lang.Chinese)
	for said, want := range map[string][2]string{
		`unknown flag --colour`:                                                    {"There is no flag --colour.", "没有 --colour 这个选项。"},
		`unexpected argument sreve, did you mean "serve"?`:                         {`sreve is not expected here. Did you mean "serve"?`, `此处不应出现 sreve。您是否要用 "serve"？`},
		`expected "<file>"`:                                                        {"This is missing: <file>", "缺少参数：<file>"},
		`expected one of "serve", "demo"`:                                          {`Say which command: "serve", "demo"`, `请指明命令："serve", "demo"`},
		`missing flags: --from=DAY`:                                                {"These flags are needed: --from=DAY", "缺少必需的选项：--from=DAY"},
		`--format must be one of "csv","xlsx" but got "pdf"`:                       {`--format must be one of "csv","xlsx".`, `--format 只能是以下之一："csv","xlsx"。`},
		`--drain: expected duration but got "soon": time: invalid duration "soon"`: {"--drain cannot be “soon”; write a time such as 20s or 5m.", "--drain 不能为“soon”，请写成 20s 或 5m 这样的时长。"},
		`--db: expected string value but got "EOL" (<EOL>)`:                        {"--db needs a value.", "--db 需要一个值。"},
		`--purge and --fill can't be used together`:                                {"--purge and --fill cannot be used together.", "--purge 与 --fill 不能同时使用。"},
		`something new`: {"The command line was not understood: something new", "无法理解命令行：something new"},
	} {
		if got := usage(en, errors.New(said)); got != want[0] {
			t.Errorf("%s: got %s, want %s", said, got, want[0])
		}
		if got := usage(zh, errors.New(said)); got != want[1] {
			t.Errorf("%s: got %s, want %s", said, got, want[1])
		}
	}
}

// What the operating system says comes in a sentence that names the file or the
// address.
func TestOfSystem(t *testing.T) {
	t.Parallel()
	en := lang.For(lang.English)
	file := func(err error) error {
		return fmt.Errorf("read it: %w", &fs.PathError{Op: "open", Path: "a.csv", Err: err})
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{file(syscall.ENOENT), "There is no file a.csv"},
		{file(syscall.EACCES), "You may not read or write a.csv"},
		{file(syscall.EISDIR), "a.csv is a folder"},
		{file(syscall.ENOSPC), "no room left on the disk for a.csv"},
		{file(syscall.EIO), "a.csv cannot be read or written; the system says: "},
		{&os.LinkError{Op: "rename", Old: "a", New: "b", Err: syscall.EEXIST}, "b is there already"},
		{errors.New("odd"), "It did not work; the system says: odd"},
	} {
		if got := ofSystem(en, c.err); !strings.Contains(got, c.want) {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// Where it cannot be listened, the flag is named and why.
func TestWhyAnAddressIsNotListenedAt(t *testing.T) {
	t.Parallel()
	en := lang.For(lang.English)
	for why, want := range map[syscall.Errno]string{syscall.EADDRINUSE: "Something else serves on :80 already", syscall.EACCES: "Kilter cannot serve on :80; the system says: permission denied"} {
		all := fault.All(notListening(":80", &net.OpError{Op: "listen", Addr: &net.TCPAddr{Port: 80}, Err: why}))
		if len(all) != 1 || all[0].Field != "--listen" || !strings.Contains(en.Fault(all[0]), want) {
			t.Errorf("%v, want %s", all, want)
		}
	}
}
