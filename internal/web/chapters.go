package web

import (
	"slices"

	"github.com/a-h/templ"

	"kilter/internal/web/part"
)

// chapter is a part of a long form: the fields that belong together.
type chapter struct {
	Name, Title string
	Fields      []part.Field
	After       templ.Component // what follows them; may be nil
}

// outline says which fields of a form belong together: the word of each part and
// the names of its fields, in their order.
type outline []struct {
	Name   string // the heading's key is form.part. and this
	Fields []string
}

// lastChapter takes in what no other part names.
const lastChapter = "more"

// chaptersOf puts the fields of a form into parts; none when there are too few to
// need any.
func chaptersOf(p *Frame, o outline, fields []part.Field) []chapter {
	const few = 6
	if len(o) == 0 || len(fields) < few {
		return nil
	}
	var out []chapter
	left := slices.Clone(fields)
	for _, one := range o {
		c := chapter{Name: one.Name, Title: p.T("form.part." + one.Name)}
		for _, name := range one.Fields {
			if i := slices.IndexFunc(left, func(f part.Field) bool { return f.Name == name }); i >= 0 {
				c.Fields = append(c.Fields, left[i])
				left = slices.Delete(left, i, i+1)
			}
		}
		if len(c.Fields) > 0 {
			out = append(out, c)
		}
	}
	if len(left) > 0 {
		out = append(out, chapter{Name: lastChapter, Title: p.T("form.part." + lastChapter), Fields: left})
	}
	return out
}

// runs are the fields of a part as they stand side by side: short ones together,
// a long text by itself.
func (c chapter) runs() (out [][]part.Field) {
	alone := true
	for _, f := range c.Fields {
		long := f.Kind == part.Long || f.Kind == part.Several || f.Kind == part.Radio || f.Name == "title"
		if long || alone {
			out = append(out, []part.Field{f})
		} else {
			out[len(out)-1] = append(out[len(out)-1], f)
		}
		alone = long
	}
	return out
}
