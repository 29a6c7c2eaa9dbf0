package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// The browsers served: what a five-year-old office machine runs.
var engines = []api.Engine{
	{Name: api.EngineChrome, Version: "100"},
	{Name: api.EngineFirefox, Version: "100"},
	{Name: api.EngineSafari, Version: "15.4"},
}

// scripts are the entry points under web-assets/js; each becomes one file.
var scripts = []string{"workspace", "portal", "charts", "choose", "topology", "calendar", "bpmn"}

// install fetches the npm packages of the lock file when they are absent.
func install(root string) error {
	dir := filepath.Join(root, "web-assets")
	if _, err := os.Stat(filepath.Join(dir, "node_modules", ".package-lock.json")); err == nil {
		return nil
	}
	cmd := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("assets: npm ci in web-assets: %w\n%s", err, out)
	}
	return nil
}

// build makes every asset in memory, by file name.
func build(root string) (map[string][]byte, error) {
	src := filepath.Join(root, "web-assets")
	out := map[string][]byte{}
	for _, name := range scripts {
		js, err := script(src, name)
		if err != nil {
			return nil, err
		}
		out[name+".js"] = js
	}
	for _, name := range []string{"kilter", "improve", "director", "choose", "calendar", "bpmn"} {
		css, err := style(src, name)
		if err != nil {
			return nil, err
		}
		out[name+".css"] = css
	}
	icons, err := sprite(src)
	if err != nil {
		return nil, err
	}
	out["icons.svg"] = icons
	for _, name := range []string{"mark.svg"} {
		buf, err := os.ReadFile(filepath.Join(src, name))
		if err != nil {
			return nil, fmt.Errorf("assets: %w", err)
		}
		out[name] = buf
	}
	return out, nil
}

func script(src, name string) ([]byte, error) {
	return bundle(name+".js", api.BuildOptions{
		EntryPoints:   []string{filepath.Join(src, "js", name+".js")},
		Bundle:        true,
		Format:        api.FormatESModule,
		LegalComments: api.LegalCommentsNone,
	})
}

// style compiles a sheet with sass, then lets esbuild lower and shrink it.
func style(src, name string) ([]byte, error) {
	cmd := exec.Command("node", "node_modules/sass/sass.js", "--quiet-deps", "--no-source-map", "--load-path=node_modules", "css/"+name+".scss")
	cmd.Dir = src
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	css, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("assets: sass %s: %w\n%s", name, err, stderr.String())
	}
	return bundle(name+".css", api.BuildOptions{
		Stdin: &api.StdinOptions{Contents: string(css), ResolveDir: src, Sourcefile: name + ".css", Loader: api.LoaderCSS},
	})
}

func bundle(name string, o api.BuildOptions) ([]byte, error) {
	o.MinifyWhitespace, o.MinifyIdentifiers, o.MinifySyntax = true, true, true
	o.Engines = engines
	o.LogLevel = api.LogLevelSilent
	o.Outfile = name
	result := api.Build(o)
	if len(result.Errors) > 0 {
		lines := api.FormatMessages(result.Errors, api.FormatMessagesOptions{})
		return nil, fmt.Errorf("assets: bundle %s:\n%s", name, strings.Join(lines, "\n"))
	}
	return result.OutputFiles[0].Contents, nil
}

// sprite gathers the icons named in icons.txt, one per line, into one SVG file
// of symbols; a line "name = set/file" takes an icon under another name. Stroke
// and fill are left out: the style sheet decides them.
func sprite(src string) ([]byte, error) {
	list, err := os.ReadFile(filepath.Join(src, "icons.txt"))
	if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	for line := range strings.Lines(string(list)) {
		line, _, _ = strings.Cut(line, "#")
		name, file, renamed := strings.Cut(strings.TrimSpace(line), "=")
		name, file = strings.TrimSpace(name), strings.TrimSpace(file)
		if name == "" {
			continue
		}
		if !renamed {
			file = "outline/" + name
		}
		path := filepath.Join(src, "node_modules/@tabler/icons/icons", file+".svg")
		if own, ok := strings.CutPrefix(file, "own/"); ok {
			path = filepath.Join(src, "icons", own+".svg")
		}
		svg, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("assets: icon %s: %w", name, err)
		}
		fmt.Fprintf(&b, `<symbol id="%s" viewBox="0 0 24 24">%s</symbol>`, name, inner(string(svg)))
	}
	b.WriteString(`</svg>`)
	return []byte(b.String()), nil
}

// inner is what stands between the svg tags, on one line, without the
// invisible bounding box Tabler draws first.
func inner(svg string) string {
	if _, rest, ok := strings.Cut(svg, "-->"); ok {
		svg = rest
	}
	_, rest, _ := strings.Cut(svg, "<svg")
	_, rest, _ = strings.Cut(rest, ">")
	body, _, _ := strings.Cut(rest, "</svg>")
	body = strings.Join(strings.Fields(body), " ")
	return strings.Replace(body, `<path stroke="none" d="M0 0h24v24H0z" fill="none"/> `, "", 1)
}

func gzipSize(content []byte) int {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return 0
	}
	if _, err := w.Write(content); err != nil {
		return 0
	}
	if err := w.Close(); err != nil {
		return 0
	}
	return b.Len()
}
