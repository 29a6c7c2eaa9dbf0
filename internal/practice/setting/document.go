package setting

import "slices"

// Document is a setting of which a centre has one, under its own code: a policy,
// a checklist, an order of trust. What holds until the centre decides otherwise is
// built in, and what a kept document leaves out is as there.
type Document[D any] struct {
	Code  string
	Usual func() D // what holds until the centre decides otherwise
	Whole func(*D) // fills in where zero stands for what is usual; nil where zero is a choice
}

// Of is what holds in a centre.
func (d Document[D]) Of(all *All) (D, error) {
	if all == nil {
		return d.Usual(), nil
	}
	out, err := Arranged(all, d.Code, d.Usual())
	if err != nil {
		return d.Usual(), err
	}
	d.whole(&out)
	return out, nil
}

func (d Document[D]) whole(doc *D) {
	if d.Whole != nil {
		d.Whole(doc)
	}
}

// Sheet describes it for its page, the API and files of settings. It has no code
// or name for anybody to choose, and is filled in with what holds. Check says what
// is wrong with it as a whole; nil finds nothing.
func (d Document[D]) Sheet(check func(all *All, doc *D) error, fields ...Attribute) Sheet {
	s := Sheet{
		Kind: Centre, Code: d.Code, Fields: fields,
		Open: func(t *Thing) (*Form, error) {
			doc := d.Usual()
			if err := decode(t.Doc, d.Code, &doc); err != nil {
				return nil, err
			}
			d.whole(&doc)
			return &Form{Thing: t, Doc: &doc}, nil
		},
		Close: func(f *Form) error { return Write(f.Thing, f.Doc) },
	}
	if check != nil {
		s.Check = func(all *All, f *Form) error { return check(all, f.Doc.(*D)) }
	}
	return s
}

// Single reports whether a code is that of a document of which a centre has one.
func (s Sheets) Single(code string) bool {
	return code != "" && slices.ContainsFunc(s, func(one Sheet) bool { return one.Kind == Centre && one.Code == code })
}
