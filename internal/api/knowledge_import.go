package api

import (
	"net/http"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/knowledge"
)

// articleFiles are files of articles.
type articleFiles struct {
	Files  []articleFile `json:"files"`
	TakeIn bool          `json:"take_in" doc:"api.doc.articles_take_in"`
}

type articleFile struct {
	Name string `json:"name" doc:"api.doc.articles_name"`
	Text string `json:"text"`
}

// articleLine is what one draft of a file comes to.
type articleLine struct {
	File    string   `json:"file"`
	Line    int      `json:"line,omitempty"`
	Title   string   `json:"title"`
	Fate    string   `json:"fate" enum:"new,changed,same,wrong"`
	Number  string   `json:"number,omitempty" doc:"api.doc.articles_number"`
	Changes []string `json:"changes,omitempty" doc:"api.doc.articles_changes"`
	Why     string   `json:"why,omitempty"`
}

// ArticleImport serves bringing articles in from files.
func (a *API) ArticleImport(m *knowledge.Import) {
	a.add(operation{
		Method: "POST", Path: Prefix + "/knowledge/imports", Policy: knowledge.ImportDeed, Name: "import-knowledge", Tag: "knowledge", Once: true,
		Body: &body{Schema: of[articleFiles](), Limit: articlesLimit}, Gives: []gives{{Status: http.StatusOK, Schema: of[page[articleLine]]()}}, Run: func(c *call) error {
			if err := c.by.May(c.op.Policy); err != nil {
				return err
			}
			var in articleFiles
			if err := c.into(&in); err != nil {
				return err
			}
			return c.articleFiles(m, in)
		},
	})
}

// articlesLimit bounds the files of one import.
const articlesLimit = 8 << 20

func (c *call) articleFiles(m *knowledge.Import, in articleFiles) error {
	var files []knowledge.File
	for _, f := range in.Files {
		files = append(files, knowledge.File{Name: f.Name, Text: strings.NewReader(f.Text)})
	}
	read := m.Preview
	if in.TakeIn {
		read = m.TakeIn
	}
	lines, err := read(c.r.Context(), c.by, files)
	if err != nil {
		return err
	}
	out := page[articleLine]{Items: []articleLine{}}
	for _, l := range lines {
		one := articleLine{File: l.File, Line: l.Line, Title: l.Title(), Fate: string(l.Fate), Number: l.Ref, Changes: l.Changes}
		for _, f := range fault.All(l.Why) {
			one.Why = strings.TrimSpace(one.Why + " " + c.words.Fault(f))
		}
		out.Items = append(out.Items, one)
	}
	return c.done(http.StatusOK, out)
}
