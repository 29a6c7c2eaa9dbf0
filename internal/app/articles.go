package app

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// articleColumns are those of a table of articles. Settings are named by their
// codes, so that another Kilter reads the table.
var articleColumns = []string{"number", "title_zh", "text_zh", "title_en", "text_en", "keywords", "audience", "crew", "category", "service", "zone"}

// byCode are the columns that name settings.
var byCode = map[string]setting.Kind{"crew": setting.Team, "category": setting.Category, "service": setting.Service, "zone": setting.Zone}

type (
	exportArticlesCmd struct {
		Format string `help:"cli.export_articles.format" enum:"csv,ndjson" default:"csv"`
		Out    string `short:"o" help:"cli.export.out" default:"-" placeholder:"FILE" is:"outfile"`
	}
	importArticlesCmd struct {
		File   string `arg:"" help:"cli.import_articles.file" is:"infile"`
		DryRun bool   `help:"cli.import_articles.dry_run"`
	}
)

// Run writes the articles in force with their texts, as kilter import articles
// reads them.
func (c exportArticlesCmd) Run(env *Env) (err error) {
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	by := people.System(people.ViaShell)
	if err := h.db.Note(env.Context, audit.By(by, Now(), "knowledge.export", "articles")); err != nil {
		return err
	}
	all, err := h.articles.Contents(env.Context, by)
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b knowledge.Article) int { return int(a.Number - b.Number) })
	to, whole, err := written(env, c.Out)
	if err != nil {
		return err
	}
	return whole(h.writeArticles(to, c.Format, all))
}

func (h *house) writeArticles(to io.Writer, format string, all []knowledge.Article) error {
	if format == "ndjson" {
		enc := json.NewEncoder(to)
		for i := range all {
			if err := enc.Encode(h.articleRow(&all[i])); err != nil {
				return err
			}
		}
		return nil
	}
	w, err := sheet.NewCSV(to)
	if err != nil {
		return err
	}
	err = w.Header(articleColumns...)
	for i := range all {
		if err != nil {
			break
		}
		row := h.articleRow(&all[i])
		cells := make([]sheet.Cell, len(articleColumns))
		for n, name := range articleColumns {
			cells[n] = sheet.Text(row[name])
		}
		err = w.Row(cells...)
	}
	return errors.Join(err, w.Close())
}

// articleRow is an article as the table has it.
func (h *house) articleRow(a *knowledge.Article) map[string]string {
	row := map[string]string{
		"number": a.Ref(), "title_zh": a.Shown.Zh.Title, "text_zh": a.Shown.Zh.Text, "title_en": a.Shown.En.Title, "text_en": a.Shown.En.Text,
		"keywords": a.Keywords, "audience": string(a.Audience),
	}
	for name, id := range map[string]int64{"crew": int64(a.Crew), "category": int64(a.Category), "service": int64(a.Service), "zone": int64(a.Zone)} {
		if t := h.settings.All().Find(byCode[name], id); id != 0 && t != nil {
			row[name] = t.Code
		}
	}
	return row
}

// Run brings articles in as drafts: somebody reviews each before it is read. A
// row that is wrong stops no other.
func (c importArticlesCmd) Run(env *Env) (err error) {
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	by, began, taken := people.System(people.ViaImport), time.Now(), 0
	var wrong []badRow
	err = readArticles(file, filepath.Base(c.File), func(line int, row map[string]string) error {
		in, err := h.articleInput(row)
		if err == nil && !c.DryRun {
			_, err = h.articles.Write(env.Context, by, in)
		}
		if err != nil && fault.All(err) == nil {
			return err
		}
		if err != nil {
			wrong = append(wrong, badRow{line, err})
			return nil
		}
		taken++
		return nil
	})
	if err != nil {
		return err
	}
	for _, w := range wrong {
		if err := w.tell(env); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(env.Out, env.Words.T("cli.import_articles.done", "n", taken, "refused", len(wrong), "time", time.Since(began).Round(time.Millisecond).String()))
	if len(wrong) > 0 {
		err = errors.Join(err, fault.New(fault.Invalid, "knowledge.rows_refused").With("n", len(wrong)))
	}
	return err
}

// badRow is a row that was refused, and why.
type badRow struct {
	line int
	err  error
}

// tell says so, a line a fault. The names of columns come from the file and are
// quoted: they may hold anything.
func (b badRow) tell(env *Env) error {
	for _, f := range fault.All(b.err) {
		said := env.Words.T(f.Key, f.Args)
		if f.Field != "" {
			said = strconv.Quote(f.Field) + ": " + said
		}
		if _, err := fmt.Fprintln(env.Err, env.Words.T("cli.line", "n", b.line, "said", said)); err != nil {
			return err
		}
	}
	return nil
}

// articleInput turns a row into what an article is begun with.
func (h *house) articleInput(row map[string]string) (record.Input, error) {
	in := record.Input{Fields: map[string]string{}}
	var many fault.Many
	for name, v := range row {
		v = strings.TrimSpace(v)
		switch kind, ok := byCode[name]; {
		case v == "" || name == "number":
		case ok:
			t := h.settings.All().Coded(kind, v)
			if t == nil {
				many = append(many, fault.At(name, "setting.no_such").With("kind", string(kind)).With("id", v))
				continue
			}
			in.Fields[name] = strconv.FormatInt(t.ID, 10)
		case slices.Contains(articleColumns, name):
			in.Fields[name] = v
		default:
			many = append(many, fault.At(name, "api.unknown_member"))
		}
	}
	return in, many.Err()
}

// readArticles reads a table or lines of JSON.
func readArticles(from io.Reader, name string, each func(line int, row map[string]string) error) error {
	if strings.HasSuffix(strings.ToLower(name), "json") {
		lines := bufio.NewScanner(from)
		lines.Buffer(nil, 1<<20)
		for n := 1; lines.Scan(); n++ {
			if len(strings.TrimSpace(lines.Text())) == 0 {
				continue
			}
			var row map[string]string
			if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
				return fault.At("file", "knowledge.bad_line").With("line", n)
			}
			if err := each(n, row); err != nil {
				return err
			}
		}
		return lines.Err()
	}
	table, err := sheet.Open(from, name, sheet.Limits{})
	if err != nil {
		return err
	}
	defer func() { _ = table.Close() }() // it was only read
	var header []string
	for {
		cells, line, err := table.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if header == nil {
			header = slices.Clone(cells)
			if !slices.ContainsFunc(header, func(name string) bool { return slices.Contains(articleColumns, name) }) {
				return fault.At("file", "directory.import_no_columns")
			}
			continue
		}
		row := map[string]string{}
		for i, name := range header {
			if i < len(cells) {
				row[name] = cells[i]
			}
		}
		if err := each(line, row); err != nil {
			return err
		}
	}
}
