package query

import (
	"slices"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Type says what a field holds, and so how its values are written.
type Type string

// The types of fields.
const (
	Choice  Type = "choice"  // one of a few words
	Text    Type = "text"    // a condition asks for words it contains
	Number  Type = "number"  // a whole number, 0 or more
	Decimal Type = "decimal" // a number as -12.5; equal by value, however it is written
	Flag    Type = "flag"    // yes or no
	Moment  Type = "moment"  // a point in time; a condition may name a day
	Day     Type = "day"     // a date, the same in every zone
	Thing   Type = "thing"   // something of the settings, by code or name
	Person  Type = "person"
	Item    Type = "item"
	Record  Type = "record" // a number such as INC-2026-00042
)

// Field is something a condition can name.
type Field struct {
	Name    string       // what the API calls it; the centre's own begin with x.
	Also    []string     // other names people may write, the Chinese one first
	Type    Type         // how values are written
	Of      setting.Kind // the kind of a Thing
	Choices []Option     // of a Choice
	Many    bool         // it may hold several of them
}

// Option is a word a Choice can hold, and what people call it.
type Option struct {
	Code string
	Name people.Text
	// Open is what else is known of a record in this state: "true" that it is
	// open, "false" that it is not; "" for nothing.
	Open string
}

// Fields is all that conditions of one practice can name.
type Fields []Field

// Find returns the field of that name, in either language and any case.
func (fs Fields) Find(name string) (Field, bool) {
	name = strings.ToLower(name)
	i := slices.IndexFunc(fs, func(f Field) bool { return strings.ToLower(f.Name) == name || slices.Contains(f.Also, name) })
	if i < 0 {
		return Field{}, false
	}
	return fs[i], true
}

// names lists what could be meant in the place of a field.
func (fs Fields) names() []string {
	var out []string
	for _, f := range fs {
		out = append(append(out, f.Name), f.Also...)
	}
	return out
}

// Label is what the field is called in a filter bar of that language, and what
// may be written in a condition.
func (f Field) Label(lang string) string {
	if strings.HasPrefix(lang, "zh") && len(f.Also) > 0 {
		return f.Also[0]
	}
	return f.Name
}

// The fields every record has. States are the practice's own.
var head = Fields{
	{Name: "number", Also: []string{"编号"}, Type: Record},
	{Name: "title", Also: []string{"标题"}, Type: Text},
	{Name: "priority", Also: []string{"优先级"}, Type: Number},
	{Name: "requester", Also: []string{"申请人"}, Type: Person},
	{Name: "owner", Also: []string{"处理人", "负责人"}, Type: Person},
	{Name: "watcher", Also: []string{"关注人"}, Type: Person, Many: true},
	{Name: "team", Also: []string{"团队", "组"}, Type: Thing, Of: setting.Team},
	{Name: "service", Also: []string{"服务"}, Type: Thing, Of: setting.Service},
	{Name: "department", Also: []string{"部门"}, Type: Thing, Of: setting.Department},
	{Name: "zone", Also: []string{"网络区域", "区域"}, Type: Thing, Of: setting.Zone},
	{Name: "opened", Also: []string{"登记时间", "创建时间"}, Type: Moment},
	{Name: "moved", Also: []string{"更新时间", "updated"}, Type: Moment},
	{Name: "due", Also: []string{"到期时间", "截止时间"}, Type: Moment},
	{Name: "open", Also: []string{"未结"}, Type: Flag},
	{Name: "overdue", Also: []string{"超时"}, Type: Flag},
}

// Head lists the fields every record has, with the states a practice gives.
func Head(states ...Option) Fields {
	return append(slices.Clone(head), Field{Name: "state", Also: []string{"状态"}, Type: Choice, Choices: states})
}

// Known also names fields of practices in Chinese, so that one word means the
// same in all of them.
var Known = map[string][]string{
	"description": {"描述"}, "category": {"类别", "分类"}, "item": {"配置项"}, "items": {"配置项"}, "model": {"变更模板"}, "impact": {"影响", "影响度"},
	"urgency": {"紧急", "紧急度"}, "waiting": {"挂起原因", "等待"}, "outside": {"外部单号"}, "room": {"地点", "房间"}, "callback": {"回电"}, "solution": {"解决方案"},
	"cause": {"原因"}, "ended_as": {"取消原因"}, "major": {"重大"}, "kind": {"类型"},
}

// StateNames are the names of states in both languages that people may write
// in a condition; a state without one is written by its code.
var StateNames = map[string]people.Text{
	"new": {En: "New", Zh: "新建"}, "classified": {En: "Classified", Zh: "已分类"}, "assigned": {En: "Assigned", Zh: "已分派"},
	"in_progress": {En: "In progress", Zh: "处理中"}, "pending": {En: "Pending", Zh: "挂起"}, "resolved": {En: "Resolved", Zh: "已解决"},
	"closed": {En: "Closed", Zh: "已关闭"}, "cancelled": {En: "Cancelled", Zh: "已取消"}, "identified": {En: "Identified", Zh: "已识别"},
	"typed": {En: "Typed", Zh: "已定类"}, "answered": {En: "Answered", Zh: "已答复"}, "linked": {En: "Linked", Zh: "已关联"},
	"merged": {En: "Merged", Zh: "已合并"},
}

// States makes options of states.
func States[S ~string](states ...S) []Option {
	out := make([]Option, len(states))
	for i, s := range states {
		out[i] = Option{Code: string(s), Name: StateNames[string(s)]}
	}
	return out
}
