package directory

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/setting"
)

// synonyms are headings that tables of other systems use, for fields by name.
var synonyms = map[string][]string{
	"code":       {"id", "no", "number", "key", "编号", "编码", "工号", "代码", "登录名", "账号", "部门编码", "部门代码", "员工编号", "标识"},
	"name":       {"name", "title", "fullname", "姓名", "名称", "部门名称", "岗位名称", "团队名称", "服务名称", "分类名称", "区域名称", "单位名称", "名字"},
	"name_en":    {"english", "nameen", "英文名", "英文名称", "英文"},
	"name_zh":    {"chinese", "namezh", "中文名", "中文名称", "中文"},
	"parent":     {"parent", "parentcode", "上级部门", "上级单位", "上级编码", "父级", "所属上级", "隶属", "上级分类", "上级区域"},
	"department": {"dept", "部门", "所属部门", "单位", "所在单位", "处室", "科室"},
	"post":       {"position", "jobtitle", "职务", "职位"},
	"phone":      {"tel", "telephone", "mobile", "extension", "联系电话", "手机", "手机号", "办公电话", "分机"},
	"room":       {"office", "location", "办公室", "房间号", "门牌"},
	"mail":       {"email", "emailaddress", "邮件", "电子邮箱", "电子邮件"},
	"head":       {"manager", "负责人工号", "主管"},
	"lead":       {"leader", "teamlead", "负责人"},
	"members":    {"member", "people", "组员", "人员"},
	"support":    {"team", "supportteam", "支持组", "运维团队", "处理组"},
	"owner":      {"serviceowner", "责任人", "负责人"},
	"zone":       {"network", "networkzone", "网络", "所属网络", "网络分区"},
	"side":       {"level", "层级", "市省"},
	"line":       {"tier", "级别", "支持级别"},
	"hours":      {"calendar", "servicehours", "服务时段"},
}

// plainWord makes headings that differ in case, spaces and signs alike.
func plainWord(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// LabelKey is the message key of a field's label.
func LabelKey(k setting.Kind, code, field string) string {
	switch field {
	case "code", "name_en", "name_zh", "parent":
		return "setting.any." + field
	}
	return "setting." + KindWord(k, code) + "." + field
}

// KindWord names a kind in keys and addresses: a centre document goes by its
// code.
func KindWord(k setting.Kind, code string) string {
	if k == setting.Centre {
		return code
	}
	return string(k)
}

// ChoiceKey is the message key of a choice's label.
func ChoiceKey(k setting.Kind, code, field, choice string) string {
	if choice == "" {
		choice = "any"
	}
	return LabelKey(k, code, field) + "." + choice
}

// Columns lists the fields a table can fill, in the order of the sheet; "name"
// stands for the name in whichever language it is written.
func Columns(sh setting.Sheet) []string {
	var out []string
	for _, f := range sh.Fields {
		if f.Type == setting.Table {
			continue
		}
		out = append(out, f.Name)
		if f.Name == "code" && sh.Kind != setting.Human {
			out = append(out, "name")
		}
	}
	return out
}

// Guess says for each column which field it probably fills, by its heading in
// either language; "" when nothing fits. No field is guessed twice.
func Guess(sh setting.Sheet, header []string) []string {
	out := make([]string, len(header))
	taken := map[string]bool{}
	for _, strong := range []bool{true, false} {
		for i, h := range header {
			if out[i] != "" {
				continue
			}
			for _, field := range Columns(sh) {
				if !taken[field] && means(sh.Kind, field, plainWord(h), strong) {
					out[i], taken[field] = field, true
					break
				}
			}
		}
	}
	return out
}

// means reports whether a heading is the field's name or label, or, less
// strongly, one of its synonyms.
func means(k setting.Kind, field, heading string, strong bool) bool {
	if heading == "" {
		return false
	}
	if !strong {
		return slices.Contains(synonyms[field], heading)
	}
	if heading == plainWord(field) {
		return true
	}
	if field == "name" {
		return false
	}
	for _, l := range lang.All() {
		if heading == plainWord(lang.For(l).T(LabelKey(k, "", field))) {
			return true
		}
	}
	return false
}

// mapping takes the columns somebody chose, or guesses them.
func mapping(sh setting.Sheet, header []string, chosen map[string]string) ([]string, error) {
	if chosen == nil {
		out := Guess(sh, header)
		if strings.Join(out, "") == "" {
			return nil, fault.At("file", "directory.import_no_columns")
		}
		return out, nil
	}
	out := make([]string, len(header))
	var many fault.Many
	for heading, field := range chosen {
		i := slices.Index(header, heading)
		if i < 0 {
			many = append(many, fault.At("map", "directory.import_column").With("column", heading))
			continue
		}
		if field != "" && !slices.Contains(Columns(sh), field) {
			many = append(many, fault.At("map", "setting.no_such_field").With("field", field))
			continue
		}
		out[i] = field
	}
	if len(many) == 0 && strings.Join(out, "") == "" {
		many = append(many, fault.At("map", "directory.import_no_columns"))
	}
	return out, many.Err()
}

// names finds things by what a table calls them: code or name.
type names struct {
	kind    setting.Kind
	things  map[setting.Kind]map[string][]int64
	persons map[string][]int64
}

func newNames(ctx context.Context, w *work) (*names, error) {
	n := &names{kind: w.plan.Kind, things: map[setting.Kind]map[string][]int64{}, persons: map[string][]int64{}}
	var called []string
	for _, f := range w.sheet.Fields {
		switch f.Type {
		case setting.Ref, setting.Refs:
			if n.things[f.Kind] == nil {
				n.gather(w, f.Kind)
			}
		case setting.Person, setting.Persons:
			for i := range w.rows {
				called = append(called, list(w.rows[i].cells[f.Name])...)
			}
		}
	}
	slices.Sort(called)
	called = slices.Compact(called)
	store := w.desk.Keeper.Store
	byCode, err := store.Humans(ctx, nil, called)
	if err != nil {
		return nil, err
	}
	for _, t := range byCode {
		n.persons[t.Code] = []int64{t.ID}
	}
	byName, err := store.Named(ctx, called)
	if err != nil {
		return nil, err
	}
	for _, t := range byName {
		if !slices.Contains(n.persons[t.Name.En], t.ID) {
			n.persons[t.Name.En] = append(n.persons[t.Name.En], t.ID)
		}
	}
	return n, nil
}

// gather indexes the things of a kind, those of the table itself included. A
// code goes before a name.
func (n *names) gather(w *work, k setting.Kind) {
	codes, called := map[string][]int64{}, map[string][]int64{}
	add := func(to map[string][]int64, word string, id int64) {
		word = strings.ToLower(strings.TrimSpace(word))
		if word != "" && !slices.Contains(to[word], id) {
			to[word] = append(to[word], id)
		}
	}
	for _, t := range w.desk.Keeper.All().Of(k) {
		if t.Retired {
			continue
		}
		add(codes, t.Code, t.ID)
		add(called, t.Name.En, t.ID)
		add(called, t.Name.Zh, t.ID)
	}
	if k == w.plan.Kind {
		for i := range w.rows {
			r := &w.rows[i]
			add(codes, r.code(), r.form.ID)
			for _, f := range []string{"name", "name_en", "name_zh"} {
				add(called, r.cells[f], r.form.ID)
			}
		}
	}
	for word, ids := range codes {
		called[word] = ids
	}
	n.things[k] = called
}

// list takes apart what a cell joins with commas, semicolons or 、.
func list(cell string) []string {
	var out []string
	for part := range strings.FieldsFuncSeq(cell, func(r rune) bool { return strings.ContainsRune(",;，；、|\n", r) }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// value turns a cell into the written form of the field.
func (n *names) value(f setting.Attribute, cell string) (string, error) {
	switch f.Type {
	case setting.Ref:
		return n.find(f, n.things[f.Kind], strings.ToLower(cell))
	case setting.Person:
		return n.find(f, n.persons, cell)
	case setting.Refs, setting.Persons:
		index := n.persons
		if f.Type == setting.Refs {
			index = n.things[f.Kind]
			cell = strings.ToLower(cell)
		}
		var ids []string
		var many fault.Many
		for _, word := range list(cell) {
			id, err := n.find(f, index, word)
			if err := many.Add(err); err != nil {
				return "", err
			}
			ids = append(ids, id)
		}
		return strings.Join(ids, ","), many.Err()
	case setting.Choice:
		return n.choice(f, cell), nil
	case setting.Several:
		var out []string
		for _, word := range list(cell) {
			out = append(out, n.choice(f, word))
		}
		return strings.Join(out, ","), nil
	}
	return cell, nil
}

func (n *names) find(f setting.Attribute, index map[string][]int64, word string) (string, error) {
	switch ids := index[strings.TrimSpace(word)]; len(ids) {
	case 0:
		return "", fault.At(f.Name, "directory.import_unknown").With("value", word)
	case 1:
		return decimal(ids[0]), nil
	default:
		return "", fault.At(f.Name, "directory.import_ambiguous").With("value", word)
	}
}

// choice reads a choice by its word or its label in either language.
func (n *names) choice(f setting.Attribute, cell string) string {
	word := plainWord(cell)
	for _, c := range f.Choices {
		if word == plainWord(c) {
			return c
		}
		for _, l := range lang.All() {
			if word == plainWord(lang.For(l).T(ChoiceKey(n.kind, "", f.Name, c))) {
				return c
			}
		}
	}
	return cell
}
