package web

import (
	"slices"
	"strings"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// touched is one thing that a change of the model touches, in words.
type touched struct {
	Icon string
	Tone part.Tone
	Text string
}

// said is the answer of the preview in a sentence.
func (p *modelEdit) said() string {
	t := p.Touch
	switch {
	case p.kind == setting.RelationType && t.Relations > 0:
		return p.N("model.touch.relations", t.Relations)
	case p.kind == setting.RelationType:
		return p.T("model.touch.no_relations")
	case t.Items > 0:
		return p.T("model.touch.items", "items", p.N("impact.items", t.Items), "classes", p.N("model.classes", len(t.Classes)))
	}
	return p.N("model.touch.no_items", len(t.Classes))
}

// stays reports whether it cannot be taken out of use because something else
// names it.
func (p *modelEdit) stays() bool {
	return p.Retires && !p.Held.Retired && len(p.Touch.Joined)+len(p.Touch.Pointed) > 0
}

// effects lists what a change touches, what is lost first.
func (p *modelEdit) effects() []touched {
	t := p.Touch
	var out []touched
	add := func(tone part.Tone, icon, text string) { out = append(out, touched{icon, tone, text}) }
	counted := func(key string, tone part.Tone, icon string, all map[string]int) {
		names := make([]string, 0, len(all))
		for name := range all {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			add(tone, icon, p.N(key, all[name], "name", p.fieldLabel(p.Class, name)))
		}
	}
	counted("model.touch.dropped", part.Vermilion, "eye-off", t.Dropped)
	counted("model.touch.unfit", part.Vermilion, "alert-circle", t.Unfit)
	if t.Barred > 0 {
		add(part.Vermilion, "alert-circle", p.N("model.touch.barred", t.Barred))
	}
	if t.Misfit > 0 {
		add(part.Amber, "link-off", p.N("model.touch.misfit", t.Misfit))
	}
	if t.Crowded > 0 {
		add(part.Amber, "alert-triangle", p.N("model.touch.crowded", t.Crowded))
	}
	counted("model.touch.lacking", part.Amber, "alert-triangle", t.Lacking)
	if t.Meaning && t.Relations > 0 {
		add(part.Amber, "bolt", p.N("model.touch.meaning", t.Relations))
	}
	p.users(add)
	for _, code := range t.Joined {
		name := code
		if k := p.Model.Type(code); k != nil {
			name = k.Forth.In(p.lang())
		}
		add(part.Amber, "link", p.T("model.touch.joined", "name", name))
	}
	for _, ref := range t.Pointed {
		class, name, _ := strings.Cut(ref, ".")
		add(part.Amber, "link", p.T("model.touch.pointed", "class", p.className(cmdb.Class(class)), "name", p.fieldLabel(p.classOf(cmdb.Class(class)), name)))
	}
	if p.stays() {
		add(part.Vermilion, "lock", p.T("model.touch.stays"))
	} else if p.Retires && !p.Held.Retired {
		add(part.Slate, "archive", p.T("model.touch.retired_"+p.word))
	}
	if len(t.Added) > 0 && !p.Retires {
		names := make([]string, len(t.Added))
		for i, name := range t.Added {
			names[i] = p.typedLabel(name)
		}
		add(part.Slate, "plus", p.T("model.touch.added", "names", p.List(names)))
	}
	return out
}

// users are the views and imports that a change breaks.
func (p *modelEdit) users(add func(part.Tone, string, string)) {
	own := 0
	for _, v := range p.Touch.Views {
		if name := v.In(p.lang()); name != "" {
			add(part.Amber, "list", p.T("model.touch.view", "name", name))
		} else {
			own++
		}
	}
	if own > 0 {
		add(part.Amber, "list", p.N("model.touch.own_views", own))
	}
	for _, source := range p.Touch.Mappings {
		add(part.Amber, "upload", p.T("model.touch.mapping", "source", source))
	}
}

// typedLabel is what an attribute that was typed in is called.
func (p *modelEdit) typedLabel(name string) string {
	for _, n := range attributesAt(p.Form) {
		if p.Form.Get(attributeInput(n, "name")) == name {
			return people2(p.lang(), p.Form.Get(attributeInput(n, "en")), p.Form.Get(attributeInput(n, "zh")))
		}
	}
	return p.fieldLabel(p.Class, name)
}

// sent are the values of the form, to be sent again.
func (p *modelEdit) sent() [][2]string {
	var out [][2]string
	for name, values := range p.Form.Values {
		for _, v := range values {
			if name != "do" {
				out = append(out, [2]string{name, v})
			}
		}
	}
	slices.SortFunc(out, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	return out
}

// goes is the label and value of the button that does what was previewed.
func (p *modelEdit) goes() (label, value string) {
	switch {
	case p.Retires && p.Held.Retired:
		return p.T("settings.restore"), "retired"
	case p.Retires:
		return p.T("settings.retire"), "retired"
	}
	return p.T("settings.save"), "save"
}

// changedNames names the fields that a change of the model set.
func (p *modelEdit) changedNames(c cmdb.ModelChange) string {
	names := make([]string, len(c.Changes))
	for i, one := range c.Changes {
		names[i] = p.T("model.retired")
		if one.Field != "retired" {
			names[i] = p.T(directory.LabelKey(p.kind, "", one.Field))
		}
	}
	return p.List(names)
}
