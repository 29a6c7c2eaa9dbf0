package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// byCode are the columns that name settings.
var byCode = map[string]setting.Kind{"crew": setting.Team, "category": setting.Category, "service": setting.Service, "zone": setting.Zone}

type (
	exportArticlesCmd struct {
		Format string `help:"cli.export_articles.format" enum:"csv,ndjson" default:"csv"`
		Out    string `short:"o" help:"cli.export.out" default:"-" placeholder:"FILE" is:"outfile"`
	}
	importArticlesCmd struct {
		Files  []string `arg:"" name:"file" help:"cli.import_articles.file" is:"infile"`
		DryRun bool     `help:"cli.import_articles.dry_run"`
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
	err = w.Header(knowledge.Columns[1:]...)
	for i := range all {
		if err != nil {
			break
		}
		row := h.articleRow(&all[i])
		cells := make([]sheet.Cell, len(knowledge.Columns[1:]))
		for n, name := range knowledge.Columns[1:] {
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
// row that is wrong stops no other, and a file that was brought in before brings
// in what has changed since.
func (c importArticlesCmd) Run(env *Env) (err error) {
	files := make([]knowledge.File, 0, len(c.Files))
	for _, name := range c.Files {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }() // it is only read
		files = append(files, knowledge.File{Name: filepath.Base(name), Text: file})
	}
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	by, began, m := people.System(people.ViaImport), time.Now(), h.articleImport()
	read := m.TakeIn
	if c.DryRun {
		read = m.Preview
	}
	lines, err := read(env.Context, by, files)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if l.Fate == knowledge.Wrong {
			if err := (badRow{l.Line, l.Why}).tell(env); err != nil {
				return err
			}
		}
	}
	wrong := knowledge.Count(lines, knowledge.Wrong)
	_, err = fmt.Fprintln(env.Out, env.Words.T("cli.import_articles.done", "new", knowledge.Count(lines, knowledge.New), "changed", knowledge.Count(lines, knowledge.Changed),
		"same", knowledge.Count(lines, knowledge.Same), "refused", wrong, "time", time.Since(began).Round(time.Millisecond).String()))
	if wrong > 0 {
		err = errors.Join(err, fault.New(fault.Invalid, "knowledge.rows_refused").With("n", wrong))
	}
	return err
}

// articleImport brings articles in from files.
func (h *house) articleImport() *knowledge.Import {
	return &knowledge.Import{
		Desk: h.articles, Origins: h.db.ArticleOrigins(), Pen: h.db, Together: h.db.Together,
		Named: func(by people.Actor, column, code string) (string, error) {
			t := h.settings.All().Coded(byCode[column], code)
			if t == nil || !catalogue.Cleared(by.Scope, t) {
				return "", fault.At(column, "setting.no_such").With("kind", string(byCode[column])).With("id", code)
			}
			return strconv.FormatInt(t.ID, 10), nil
		},
	}
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
