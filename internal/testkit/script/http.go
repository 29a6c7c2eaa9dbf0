package script

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// question is one request as the script words it.
type question struct {
	method, url string
	headers     []string
	person      string
	body        string
	kind        string // content type
	status      int    // wanted; 0: any that fits the command's sign
	follow      bool
}

// answer is what came back, read to its end.
type answer struct {
	status  string
	code    int
	headers http.Header
	body    []byte
}

// request is the command http.
func request(ts *testscript.TestScript, neg bool, args []string) {
	q := parse(ts, args)
	a, err := ask(context.Background(), ts, q)
	ts.Check(err)
	_, err = ts.Stdout().Write(a.body)
	ts.Check(err)
	fmt.Fprintln(ts.Stderr(), a.status)
	ts.Check(a.headers.Write(ts.Stderr()))
	switch {
	case q.status != 0 && a.code != q.status:
		ts.Fatalf("%s %s: %s, want %d", q.method, q.url, a.status, q.status)
	case q.status == 0 && neg != (a.code >= http.StatusBadRequest):
		ts.Fatalf("%s %s: %s", q.method, q.url, a.status)
	}
}

// await is the command that asks again until the body matches.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: await DURATION REGEXP [flags] METHOD PATH")
	}
	patience, err := time.ParseDuration(args[0])
	ts.Check(err)
	want, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	q := parse(ts, args[2:])
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var last answer
	err = repeat(ctx, func() (bool, error) {
		a, err := ask(ctx, ts, q)
		if err != nil {
			return false, err
		}
		last = a
		return want.Match(a.body), nil
	})
	if err != nil {
		ts.Fatalf("%s %s never matched %q: %v; last: %s\n%s", q.method, q.url, args[1], err, last.status, last.body)
	}
	_, err = ts.Stdout().Write(last.body)
	ts.Check(err)
}

// capture is the command that takes a value out of the last output.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture NAME REGEXP")
	}
	want, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	text := ts.ReadFile("stdout")
	found := want.FindStringSubmatch(text)
	if found == nil {
		ts.Fatalf("%q is not in\n%s", args[1], text)
	}
	ts.Setenv(args[0], found[min(1, len(found)-1)])
}

// parse reads the flags and words of a request.
func parse(ts *testscript.TestScript, args []string) question {
	var q question
	flags := flag.NewFlagSet("http", flag.ContinueOnError)
	flags.SetOutput(ts.Stderr())
	flags.IntVar(&q.status, "status", 0, "")
	flags.StringVar(&q.person, "as", "", "")
	flags.BoolVar(&q.follow, "follow", false, "")
	flags.Func("H", "", func(h string) error { q.headers = append(q.headers, h); return nil })
	flags.Func("json", "", func(text string) error { q.body, q.kind = text, "application/json"; return nil })
	flags.Func("form", "", func(text string) error {
		q.body, q.kind = text, "application/x-www-form-urlencoded"
		return nil
	})
	flags.Func("file", "", func(name string) error { q.body = ts.ReadFile(name); return nil })
	ts.Check(flags.Parse(args))
	if flags.NArg() != 2 {
		ts.Fatalf("usage: http [flags] METHOD PATH")
	}
	q.method, q.url = flags.Arg(0), flags.Arg(1)
	if strings.HasPrefix(q.url, "/") {
		q.url = ts.Getenv("URL") + q.url
	}
	return q
}

// ask sends the request with the person's cookies.
func ask(ctx context.Context, ts *testscript.TestScript, q question) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, q.method, q.url, strings.NewReader(q.body))
	if err != nil {
		return answer{}, err
	}
	if q.kind != "" {
		req.Header.Set("Content-Type", q.kind)
	}
	for _, h := range q.headers {
		name, value, _ := strings.Cut(h, ":")
		req.Header.Set(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	client, err := storyOf(ts).client(q)
	if err != nil {
		return answer{}, err
	}
	res, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return answer{res.Status, res.StatusCode, res.Header, body}, err
}

func (s *story) client(q question) (*http.Client, error) {
	jar := s.people[q.person]
	if jar == nil {
		fresh, err := cookiejar.New(nil)
		if err != nil {
			return nil, err
		}
		jar = fresh
		s.people[q.person] = jar
	}
	client := &http.Client{Jar: jar, Timeout: time.Minute}
	if !q.follow {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return client, nil
}

// lookPath finds a program in a PATH that is not this process's own.
func lookPath(path, name string) (string, error) {
	for _, folder := range filepath.SplitList(path) {
		full := filepath.Join(folder, name)
		if info, err := os.Stat(full); err == nil && !info.IsDir() {
			return full, nil
		}
	}
	return "", fmt.Errorf("%s: %w", name, exec.ErrNotFound)
}
