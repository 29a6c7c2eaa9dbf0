// Command licences lists what a binary of Kilter holds, with versions, checksums
// and licences, and the text of every licence: the notices that a release has to
// carry.
//
//	go run ./internal/tools/licences BINARY >LICENCES.txt
package main

import (
	"bufio"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"go/build"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"kilter/internal/tools/licence"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: licences BINARY")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

// part is something that a binary holds.
type part struct {
	name, version, sum, licence, text string
}

func run(binary string, to io.Writer) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	parts := []part{{name: "go", version: info.GoVersion}}
	parts[0].licence, parts[0].text = licence.In(build.Default.GOROOT)
	for _, d := range info.Deps {
		if d.Replace != nil {
			d = d.Replace
		}
		folder, err := cached(d.Path, d.Version)
		if err != nil {
			return err
		}
		p := part{name: d.Path, version: d.Version, sum: d.Sum}
		p.licence, p.text = licence.In(folder)
		parts = append(parts, p)
	}
	browser, err := browserParts("web-assets")
	if err != nil {
		return err
	}
	parts = append(parts, browser...)
	var unknown []error
	for _, p := range parts {
		if p.text == "" {
			fmt.Fprintf(os.Stderr, "licences: the text of %s is not here; npm ci in web-assets fetches those of the browser\n", p.name)
		}
		if p.licence == "" {
			unknown = append(unknown, fmt.Errorf("%s %s has no licence that is known", p.name, p.version))
		}
	}
	return errors.Join(errors.Join(unknown...), write(to, parts))
}

// cached is the folder of a module in the module cache.
func cached(path, version string) (string, error) {
	escaped, err := module.EscapePath(path)
	if err != nil {
		return "", err
	}
	cache := os.Getenv("GOMODCACHE")
	if cache == "" {
		cache = filepath.Join(filepath.SplitList(build.Default.GOPATH)[0], "pkg", "mod")
	}
	return filepath.Join(cache, escaped+"@"+version), nil
}

// browserParts are the packages that are bundled for the browser; their texts
// are there where npm has fetched them.
func browserParts(folder string) ([]part, error) {
	b, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Version, License, Integrity string
			Dev                         bool
		}
	}
	if err := json.Unmarshal(b, &lock); err != nil {
		return nil, err
	}
	var out []part
	for path, p := range lock.Packages {
		name, ok := strings.CutPrefix(path, "node_modules/")
		if !ok || p.Dev {
			continue
		}
		found, text := licence.In(filepath.Join(folder, path))
		if p.License == "" && name == "htmx-ext-sse" {
			p.License = "0BSD" // as its LICENSE file says; package.json leaves the field out
		}
		if name == "bpmn-js" {
			p.License = "bpmn.io" // MIT, and its mark stays, as its LICENSE file says, to which package.json points
		}
		if p.License == "" {
			p.License = found
		}
		out = append(out, part{"npm:" + name, p.Version, p.Integrity, p.License, text})
	}
	slices.SortFunc(out, func(a, b part) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

// write lists the parts, then each text once with those it is for.
func write(to io.Writer, parts []part) error {
	out := bufio.NewWriter(to)
	fmt.Fprintln(out, "Kilter is under the Apache License 2.0 (LICENSE). It holds:")
	fmt.Fprintln(out)
	var texts []string
	users := map[string][]string{}
	for _, p := range parts {
		fmt.Fprintln(out, strings.TrimSpace(strings.Join([]string{p.name, p.version, p.licence, p.sum}, " ")))
		if text := strings.TrimSpace(p.text); text != "" {
			if users[text] == nil {
				texts = append(texts, text)
			}
			users[text] = append(users[text], p.name)
		}
	}
	for _, text := range texts {
		fmt.Fprintf(out, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 80), strings.Join(users[text], "\n"), text)
	}
	return out.Flush()
}
