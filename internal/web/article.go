package web

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/microcosm-cc/bluemonday"
	"github.com/sergi/go-diff/diffmatchpatch"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"kilter/internal/practice/record"
)

// cleanArticle is clean with what a longer text needs: headings, and pictures
// that are attached to the article itself. Nothing is loaded from elsewhere.
var cleanArticle = sync.OnceValue(func() *bluemonday.Policy {
	p := cleaner()
	p.AllowElements("h2", "h5", "h6")
	p.AllowAttrs("src").Matching(regexp.MustCompile(`^(/portal)?/knowledge/KB-[0-9-]+/files?/[0-9]+$`)).OnElements("img")
	p.AllowAttrs("alt").Matching(bluemonday.Paragraph).OnElements("img")
	return p
})

// articleText shows the text of an article. pictures are the addresses of its
// files by their names: an image of another name, or from elsewhere, is shown as
// the words that stand for it.
func articleText(said string, pictures map[string]string) templ.Component {
	source := []byte(said)
	doc := markdown().Parser().Parse(text.NewReader(source))
	var images []*ast.Image
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Heading:
			if entering {
				n.Level = max(n.Level, 2) // the page has its h1
			}
		case *ast.Image:
			if entering {
				images = append(images, n)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, i := range images {
		if at, ok := pictures[string(i.Destination)]; ok {
			i.Destination = []byte(at)
			continue
		}
		i.Parent().ReplaceChild(i.Parent(), i, ast.NewString([]byte(templ.EscapeString(alternative(i, source)))))
	}
	var b bytes.Buffer
	if err == nil {
		err = markdown().Renderer().Render(&b, source, doc)
	}
	if err != nil {
		return templ.Raw(plain(said))
	}
	return templ.Raw(cleanArticle().Sanitize(b.String()))
}

// alternative are the words of an image.
func alternative(i *ast.Image, source []byte) string {
	var b strings.Builder
	for c := i.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(source))
		}
	}
	return b.String()
}

// pictures are the files that an article may show in its text.
func pictures(files []record.Attachment, at func(record.Attachment) string) map[string]string {
	out := map[string]string{}
	for _, f := range files {
		if how := f.Serve(); how.Inline && strings.HasPrefix(how.Type, "image/") {
			out[f.Name] = at(f)
		}
	}
	return out
}

// changedText shows what became of a text, by words and signs.
func changedText(was, now string) templ.Component {
	d := diffmatchpatch.New()
	all := d.DiffCleanupSemantic(d.DiffMain(was, now, false))
	var b strings.Builder
	for _, one := range all {
		tag := map[diffmatchpatch.Operation]string{diffmatchpatch.DiffDelete: "del", diffmatchpatch.DiffInsert: "ins"}[one.Type]
		said := strings.ReplaceAll(templ.EscapeString(one.Text), "\n", "<br>")
		if tag != "" {
			said = "<" + tag + ">" + said + "</" + tag + ">"
		}
		b.WriteString(said)
	}
	return templ.Raw(b.String())
}
