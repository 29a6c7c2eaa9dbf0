package knowledge

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
)

// Columns are those of a table of articles. Settings are named by their codes,
// so that another Kilter reads the table; key is what an article is called where
// the file comes from.
var Columns = []string{"key", "number", "title_zh", "text_zh", "title_en", "text_en", "keywords", "audience", "crew", "category", "service", "zone"}

// File is a file of articles: a table, lines of JSON, or one page in markdown.
type File struct {
	Name string
	Text io.Reader
}

// Draft is an article as a file brings it.
type Draft struct {
	File   string
	Line   int // 0 where the file is one article
	Key    string
	Fields map[string]string // by the names of Columns
}

// MostDrafts bounds one import.
const MostDrafts = 2000

// ReadFiles reads all articles of some files. Two pages in markdown that differ
// in their language alone, a.zh.md and a.en.md, are one article.
func ReadFiles(files []File) ([]Draft, error) {
	var out []Draft
	for _, f := range files {
		all, err := readFile(f)
		if err != nil {
			return nil, err
		}
		for _, d := range all {
			i := slices.IndexFunc(out, func(o Draft) bool { return pages(o, d) })
			if i < 0 {
				out = append(out, d)
				continue
			}
			out[i].File += ", " + d.File
			for name, v := range d.Fields {
				if out[i].Fields[name] == "" {
					out[i].Fields[name] = v
				}
			}
		}
		if len(out) > MostDrafts {
			return nil, fault.At("file", "knowledge.import_too_many").With("max", MostDrafts)
		}
	}
	return out, nil
}

// pages reports whether two drafts are the pages of one article.
func pages(a, b Draft) bool {
	return a.Line == 0 && b.Line == 0 && a.Key == b.Key && (a.Fields["text_zh"] == "" && b.Fields["text_en"] == "" || a.Fields["text_en"] == "" && b.Fields["text_zh"] == "")
}

func readFile(f File) ([]Draft, error) {
	switch name := strings.ToLower(f.Name); {
	case strings.HasSuffix(name, ".md"), strings.HasSuffix(name, ".markdown"):
		decoded, err := sheet.Decode(f.Text, "")
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(decoded)
		if err != nil {
			return nil, err
		}
		return []Draft{readPage(f.Name, string(text))}, nil
	case strings.HasSuffix(name, "json"):
		return readLines(f)
	}
	return readTable(f)
}

func readLines(f File) (out []Draft, err error) {
	lines := bufio.NewScanner(f.Text)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(strings.TrimSpace(lines.Text())) == 0 {
			continue
		}
		var row map[string]string
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			return nil, fault.At("file", "knowledge.bad_line").With("line", n)
		}
		out = append(out, draftOf(f.Name, n, row))
	}
	return out, lines.Err()
}

func readTable(f File) (out []Draft, err error) {
	table, err := sheet.Open(f.Text, f.Name, sheet.Limits{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = table.Close() }() // it was only read
	var header []string
	for {
		cells, line, err := table.Read()
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, err
		case header == nil:
			header = slices.Clone(cells)
			if !slices.ContainsFunc(header, func(name string) bool { return slices.Contains(Columns, name) }) {
				return nil, fault.At("file", "directory.import_no_columns")
			}
			continue
		case len(out) == MostDrafts:
			return nil, fault.At("file", "knowledge.import_too_many").With("max", MostDrafts)
		}
		row := map[string]string{}
		for i, name := range header {
			if i < len(cells) {
				row[name] = cells[i]
			}
		}
		out = append(out, draftOf(f.Name, line, row))
	}
}

// draftOf is a row of a table: known by its key, else by its number where it
// comes from, else by its titles.
func draftOf(file string, line int, row map[string]string) Draft {
	d := Draft{File: file, Line: line, Fields: map[string]string{}}
	for name, v := range row {
		if v = strings.TrimSpace(v); v != "" {
			d.Fields[name] = v
		}
	}
	for _, key := range []string{d.Fields["key"], d.Fields["number"], d.Fields["title_zh"] + "\n" + d.Fields["title_en"]} {
		if d.Key = key; key != "" {
			break
		}
	}
	delete(d.Fields, "key")
	delete(d.Fields, "number")
	return d
}

// front are the names that the head of a page in markdown may use besides those
// of Columns. What else stands there is of other tools and is passed over.
var front = map[string]string{"tags": "keywords", "id": "key", "language": "lang"}

// readPage reads one page in markdown. Its language is said by its name
// (paper.zh.md), by its head (lang: zh), else seen from its text; its title
// stands in its head, else in its first heading, else it is the file's name.
func readPage(name, text string) Draft {
	text = strings.TrimPrefix(strings.ReplaceAll(text, "\r\n", "\n"), "\ufeff")
	head, body := headOf(text)
	base := strings.TrimSuffix(path.Base(strings.ReplaceAll(name, `\`, "/")), path.Ext(name))
	lang := ""
	if ext := path.Ext(base); ext != "" {
		if lang = langOf(ext[1:]); lang != "" {
			base = strings.TrimSuffix(base, ext)
		}
	}
	title := head["title"]
	if first, rest, _ := strings.Cut(body, "\n"); strings.HasPrefix(first, "# ") {
		if t := strings.TrimSpace(first[2:]); title == "" || t == title { // the article has its title beside its text
			title, body = t, strings.TrimSpace(rest)
		}
	}
	if title == "" {
		title = base
	}
	if lang == "" {
		lang = langOf(head["lang"])
	}
	if lang == "" {
		lang = "en"
		if strings.ContainsFunc(title+body, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			lang = "zh"
		}
	}
	d := Draft{File: name, Key: head["key"], Fields: map[string]string{}}
	if d.Key == "" {
		d.Key = base
	}
	for _, n := range []string{"title_zh", "title_en", "keywords", "audience", "crew", "category", "service", "zone"} {
		if head[n] != "" {
			d.Fields[n] = head[n]
		}
	}
	d.Fields["text_"+lang] = body
	if d.Fields["title_"+lang] == "" {
		d.Fields["title_"+lang] = title
	}
	return d
}

// headOf is the head of a page, between two lines of dashes, and what follows.
func headOf(text string) (map[string]string, string) {
	rest, found := strings.CutPrefix(text, "---\n")
	lines, body, closed := strings.Cut(rest, "\n---")
	if !found || !closed || body != "" && body[0] != '\n' {
		return nil, strings.TrimSpace(text)
	}
	out := map[string]string{}
	for line := range strings.SplitSeq(lines, "\n") {
		name, v, ok := strings.Cut(line, ":")
		if name = strings.ToLower(strings.TrimSpace(name)); !ok {
			continue
		}
		if known, ok := front[name]; ok {
			name = known
		}
		v = strings.Trim(strings.TrimSpace(v), `"'`)
		if strings.HasPrefix(v, "[") && strings.HasSuffix(v, "]") { // a list of words
			v = strings.NewReplacer(`"`, "", "'", "").Replace(v[1 : len(v)-1])
		}
		out[name] = v
	}
	return out, strings.TrimSpace(body)
}

// langOf is the language that a word means, "" for none.
func langOf(word string) string {
	switch word = strings.ToLower(word); {
	case word == "zh", strings.HasPrefix(word, "zh-"), word == "cn":
		return "zh"
	case word == "en", strings.HasPrefix(word, "en-"):
		return "en"
	}
	return ""
}
