package script

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

const (
	readyWithin = 2 * time.Minute // a demo city on a busy machine
	endWithin   = 30 * time.Second
	askAgain    = 25 * time.Millisecond
)

// story is what a running script remembers: its servers and cookies.
type story struct {
	servers map[string]*server
	people  map[string]http.CookieJar
}

type storyKey struct{}

func newStory() *story {
	return &story{servers: map[string]*server{}, people: map[string]http.CookieJar{}}
}

func storyOf(ts *testscript.TestScript) *story { return ts.Value(storyKey{}).(*story) }

// server is one running kilter.
type server struct {
	cmd  *exec.Cmd
	log  string        // file with what it said
	done chan struct{} // closed when it has ended
	err  error         // how it ended, once done is closed
}

// start runs a command of kilter that serves, until it is ready.
func start(command string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg {
			ts.Fatalf("! %s is not supported: exec kilter %s instead", command, command)
		}
		name, args := nameOf(args)
		address, err := freeAddress()
		ts.Check(err)
		s, err := launch(ts, name, append([]string{command, "--db", ts.Getenv("DB"), "--listen", address}, args...))
		ts.Check(err)
		storyOf(ts).servers[name] = s
		ts.Defer(func() { s.kill() })
		variable := "URL"
		if name != "" {
			variable = strings.ToUpper(name) + "_URL"
		}
		ts.Setenv(variable, "http://"+address)
		if err := s.ready("http://" + address + "/readyz"); err != nil {
			ts.Logf("%s", ts.ReadFile(s.log))
			ts.Fatalf("kilter %s: %v", command, err)
		}
	}
}

func launch(ts *testscript.TestScript, name string, args []string) (*server, error) {
	s := &server{log: ts.MkAbs("server" + name + ".log"), done: make(chan struct{})}
	out, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	s.cmd = exec.Command("kilter", args...)
	if path, err := lookPath(ts.Getenv("PATH"), "kilter"); err == nil {
		s.cmd.Path, s.cmd.Err = path, nil
	}
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = ts.MkAbs("."), out, out
	s.cmd.Env = append(os.Environ(), "HOME="+ts.Getenv("HOME"), clockFile+"="+ts.Getenv(clockFile))
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		s.err = s.cmd.Wait()
		out.Close()
		close(s.done)
	}()
	return s, nil
}

// ready asks url until it answers 200, the server ends or patience does.
func (s *server) ready(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	return repeat(ctx, func() (bool, error) {
		select {
		case <-s.done:
			return false, fmt.Errorf("ended before it was ready: %w", s.err)
		default:
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return false, err
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return false, nil // it does not listen yet
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusOK, nil
	})
}

// end signals a server and waits for it; only a crash may end badly.
func end(sig os.Signal) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) > 1 {
			ts.Fatalf("usage: stop|crash [NAME]")
		}
		s := storyOf(ts).servers[strings.Join(args, "")]
		if s == nil {
			ts.Fatalf("no server of that name runs")
		}
		ts.Check(s.cmd.Process.Signal(sig))
		select {
		case <-s.done:
		case <-time.After(endWithin):
			s.kill()
			ts.Fatalf("the server did not end within %v", endWithin)
		}
		if sig != os.Kill && s.err != nil {
			ts.Logf("%s", ts.ReadFile(s.log))
			ts.Fatalf("the server ended badly: %v", s.err)
		}
	}
}

func (s *server) kill() {
	_ = s.cmd.Process.Kill() // it may have ended by itself
	<-s.done
}

// clock moves the story's time ahead.
func clock(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || !strings.HasPrefix(args[0], "+") {
		ts.Fatalf("usage: clock +DURATION")
	}
	by, err := time.ParseDuration(args[0][1:])
	ts.Check(err)
	name := ts.Getenv(clockFile)
	var ahead time.Duration
	if text, err := os.ReadFile(name); err == nil {
		ahead, err = time.ParseDuration(string(text))
		ts.Check(err)
	}
	// The server may be reading: the new text takes the old one's place at once.
	ts.Check(os.WriteFile(name+".new", []byte((ahead + by).String()), 0o600))
	ts.Check(os.Rename(name+".new", name))
}

// nameOf takes "-as NAME" off the front of args.
func nameOf(args []string) (name string, rest []string) {
	if len(args) >= 2 && args[0] == "-as" {
		return args[1], args[2:]
	}
	return "", args
}

// freeAddress finds a port that nobody listens on just now.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(l.Addr().(*net.TCPAddr).Port)), nil
}

// repeat calls f until it says yes, fails, or ctx ends.
func repeat(ctx context.Context, f func() (bool, error)) error {
	tick := time.NewTicker(askAgain)
	defer tick.Stop()
	for {
		if ok, err := f(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited in vain: %w", ctx.Err())
		case <-tick.C:
		}
	}
}
