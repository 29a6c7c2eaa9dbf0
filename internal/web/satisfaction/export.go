package satisfaction

import (
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/survey"
	"kilter/internal/practice/survey/wave"
	report "kilter/internal/report/satisfaction"
	"kilter/internal/web"
)

// export sends the report as a workbook: a sheet for each of its tables, and one
// that tells what every column and code means.
func (s *Pages) export(w http.ResponseWriter, r *http.Request, by *web.Sight) error {
	if r.URL.Query().Get("as") != "xlsx" {
		return fault.New(fault.Missing, "trouble.missing")
	}
	p, err := s.read(r, by)
	if err != nil {
		return err
	}
	f := web.Saved{As: "xlsx", Name: p.Title, Title: p.T("satisfaction.part.answer")}
	return f.Write(w, func(out sheet.Writer) error { return p.write(out.(sheet.Workbook)) }) // as Saved promises
}

// figure is a cell with a figure, empty where there is none.
func figure(x survey.Figure) sheet.Cell {
	if x == nil {
		return sheet.Text("")
	}
	return sheet.Number(*x)
}

func low(i survey.Interval) sheet.Cell {
	if i == nil {
		return sheet.Text("")
	}
	return sheet.Number(i[0])
}

func high(i survey.Interval) sheet.Cell {
	if i == nil {
		return sheet.Text("")
	}
	return sheet.Number(i[1])
}

// heads are column heads by their words.
func (p *page) heads(names ...string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = p.T("satisfaction.col." + n)
	}
	return out
}

func (p *page) write(out sheet.Workbook) error {
	for _, step := range []func(sheet.Workbook) error{p.writeAnswer, p.writeDimensions, p.writeItems, p.writeDrivers, p.writeSegments, p.writeBeliefs, p.writeTopics, p.writeCodebook} {
		if err := step(out); err != nil {
			return err
		}
	}
	return out.Close()
}

func (p *page) writeAnswer(out sheet.Workbook) error {
	rows := [][]sheet.Cell{
		{sheet.Text(p.Title), sheet.Text(p.period())},
		{sheet.Text(p.T("satisfaction.part.answer")), sheet.Text(p.answer())},
		{sheet.Text(p.scoreName()), figure(p.Score())},
		{sheet.Text(p.T("satisfaction.low")), low(p.interval())},
		{sheet.Text(p.T("satisfaction.high")), high(p.interval())},
		{sheet.Text(p.T("satisfaction.index")), figure(p.Result.ServperfIndex)},
		{sheet.Text(p.T("satisfaction.analysed")), sheet.Int(int64(p.Result.N))},
		{sheet.Text(p.T("satisfaction.bootstrap")), sheet.Text(p.T("satisfaction.bootstrap_of", "samples", p.Number(p.Result.Samples), "seed", p.Result.Seed))},
		{sheet.Text(p.T("satisfaction.sure")), sheet.Text(p.T("satisfaction.grade_says." + string(p.Grade())))},
	}
	for _, x := range p.Sure {
		rows = append(rows, []sheet.Cell{sheet.Text(p.T("satisfaction.level." + string(x.Level))), sheet.Text(p.point(x))})
	}
	for _, row := range rows {
		if err := out.Row(row...); err != nil {
			return err
		}
	}
	return nil
}

// change are the cells of a change.
func (p *page) changeCells(c *report.Change) []sheet.Cell {
	if c == nil {
		return []sheet.Cell{sheet.Text(""), sheet.Text(""), sheet.Text(""), sheet.Text(""), sheet.Text("")}
	}
	return []sheet.Cell{sheet.Number(c.Before), sheet.Number(c.Difference), sheet.Number(c.Holm), sheet.Number(c.G), sheet.Text(p.T("satisfaction.verdict." + string(c.Verdict)))}
}

func (p *page) writeDimensions(out sheet.Workbook) error {
	if err := out.Sheet(p.T("satisfaction.dimensions")); err != nil {
		return err
	}
	heads := append(p.heads("dimension", "n", "expected", "perceived", "gap"), p.T("satisfaction.low"), p.T("satisfaction.high"))
	heads = append(heads, p.heads("index", "alpha_e", "alpha_p", "alpha_gap", "rel_diff", "before", "change", "p_holm", "g", "verdict")...)
	if err := out.Header(heads...); err != nil {
		return err
	}
	for _, d := range p.Report.Dimensions {
		ci := first(d.BCa, d.CI)
		row := []sheet.Cell{
			sheet.Text(p.dimension(d.Name)), sheet.Int(int64(d.N)), figure(d.E), figure(d.P), figure(d.Gap), low(ci), high(ci), figure(d.Index),
			figure(d.AlphaE), figure(d.AlphaP), figure(d.AlphaGap), figure(d.RelDiff),
		}
		if err := out.Row(append(row, p.changeCells(d.Change)...)...); err != nil {
			return err
		}
	}
	return nil
}

func (p *page) writeItems(out sheet.Workbook) error {
	if err := out.Sheet(p.T("satisfaction.items")); err != nil {
		return err
	}
	heads := append([]string{p.T("satisfaction.code")}, p.heads("item", "dimension", "n", "expected", "perceived", "gap")...)
	heads = append(heads, p.T("satisfaction.low"), p.T("satisfaction.high"), p.T("satisfaction.importance"), p.T("satisfaction.importance_derived"), p.T("satisfaction.grid"), p.T("satisfaction.borderline"))
	heads = append(heads, p.heads("before", "change", "p_holm", "g", "verdict")...)
	if err := out.Header(heads...); err != nil {
		return err
	}
	for _, i := range p.Report.Items {
		row := []sheet.Cell{
			sheet.Text(string(i.Name)), sheet.Text(p.item(i.Name)), sheet.Text(p.dimension(i.Dimension)), sheet.Int(int64(i.N)), figure(i.E), figure(i.P), figure(i.Gap), low(i.CI), high(i.CI), figure(i.I), figure(i.R),
		}
		if g := p.Result.IPA; g != nil && g.Items[i.Name] != nil {
			row = append(row, sheet.Text(p.word(g.Items[i.Name].Quadrant)), sheet.Bool(g.Items[i.Name].Borderline))
		} else {
			row = append(row, sheet.Text(""), sheet.Text(""))
		}
		if err := out.Row(append(row, p.changeCells(i.Change)...)...); err != nil {
			return err
		}
	}
	return nil
}

func (p *page) writeDrivers(out sheet.Workbook) error {
	if p.ByGap {
		return nil
	}
	if err := out.Sheet(p.T("satisfaction.part.drivers")); err != nil {
		return err
	}
	heads := append(p.heads("dimension", "derived"), p.T("satisfaction.low"), p.T("satisfaction.high"))
	if err := out.Header(append(heads, p.heads("stated", "need", "kd", "verdict", "b", "beta", "p", "vif")...)...); err != nil {
		return err
	}
	for _, d := range p.Drivers {
		t := p.Result.OnP.Terms[d.Name]
		if err := out.Row(sheet.Text(p.dimension(d.Name)), sheet.Number(d.Derived), low(d.DerivedCI), high(d.DerivedCI), figure(d.Stated), sheet.Number(d.Need), sheet.Number(d.KD), sheet.Text(p.word(d.Verdict)),
			sheet.Number(t.B), sheet.Number(t.Beta), sheet.Number(t.P), sheet.Number(t.VIF)); err != nil {
			return err
		}
	}
	return nil
}

func (p *page) writeSegments(out sheet.Workbook) error {
	if len(p.Segments) == 0 {
		return nil
	}
	if err := out.Sheet(p.T("satisfaction.part.groups")); err != nil {
		return err
	}
	heads := append([]string{p.T("satisfaction.by"), p.T("satisfaction.group")}, p.heads("n", "response")...)
	heads = append(heads, p.scoreName(), p.T("satisfaction.low"), p.T("satisfaction.high"))
	for _, d := range p.Report.Dimensions {
		heads = append(heads, p.dimension(d.Name))
	}
	if err := out.Header(heads...); err != nil {
		return err
	}
	for _, s := range p.Segments {
		for _, r := range s.Rows {
			rate := sheet.Text("")
			if r.Response != nil {
				rate = sheet.Number(r.Response.Rate)
			}
			row := []sheet.Cell{sheet.Text(p.grouping(s.Name)), sheet.Text(p.group(s.Name, r.Code)), sheet.Int(int64(r.One.N)), rate, sheet.Number(r.Mean), low(r.CI), high(r.CI)}
			for _, d := range p.Report.Dimensions {
				row = append(row, figure(r.One.Dimensions[d.Name]))
			}
			if err := out.Row(row...); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeCodebook tells what the columns of the answers mean, in both languages.
func (p *page) writeCodebook(out sheet.Workbook) error {
	if err := out.Sheet(p.T("satisfaction.codebook")); err != nil {
		return err
	}
	if err := out.Header(p.T("satisfaction.column"), p.T("satisfaction.kind"), "English", "中文", p.T("satisfaction.values")); err != nil {
		return err
	}
	if p.Paper == nil {
		return out.Row(sheet.Text(p.T("satisfaction.codebook_file")))
	}
	for _, row := range codebook(p.Paper) {
		values := row.Values
		if row.Scale > 0 {
			values = p.T("satisfaction.codebook_scale", "points", strconv.Itoa(row.Scale))
		}
		if err := out.Row(sheet.Text(row.Column), sheet.Text(p.T("satisfaction.kind."+row.Kind)), sheet.Text(row.Text.En), sheet.Text(row.Text.Zh), sheet.Text(values)); err != nil {
			return err
		}
	}
	return nil
}

// saveData sends the answers of the wave, one row a respondent, as SPSS, R and
// spreadsheets read them: numbers under the names of the codebook, nothing where
// nothing was answered.
func (s *Pages) saveData(w http.ResponseWriter, r *http.Request, by *web.Sight) error {
	as, err := web.SavedAs(r)
	if err != nil {
		return err
	}
	d, err := s.Data(r.Context(), by.By, web.PathID(r, "id"))
	if err != nil {
		return err
	}
	return web.Saved{As: as, Name: "answers-" + strconv.FormatInt(web.PathID(r, "id"), 10), Title: by.T("satisfaction.data")}.Write(w, func(out sheet.Writer) error {
		if err := out.Header(d.Columns...); err != nil {
			return err
		}
		for _, row := range d.Rows {
			cells := make([]sheet.Cell, len(row))
			for i, text := range row {
				if n, err := strconv.ParseInt(text, 10, 64); err == nil {
					cells[i] = sheet.Int(n)
				} else {
					cells[i] = sheet.Text(text)
				}
			}
			if err := out.Row(cells...); err != nil {
				return err
			}
		}
		return out.Close()
	})
}

// keepsAnswers reports whether the answers are there and the reader may have
// them.
func (p *page) keepsAnswers() bool { return p.Answers && p.By.Can(wave.DeedRun) }

func (p *page) dataAddress() string {
	return Path + "/" + strconv.FormatInt(p.ID, 10) + "/data?as=csv"
}
