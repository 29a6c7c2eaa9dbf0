package part

import "strings"

// Key is a shortcut and the key of the message that says what it does.
type Key struct {
	Press string // "c", "g i", "Ctrl-Enter"
	Does  string
}

// Strokes are the single presses, in order.
func (k Key) Strokes() []string { return strings.Fields(strings.ReplaceAll(k.Press, "Ctrl-", "Ctrl ")) }

// KeyGroup is shortcuts that belong together.
type KeyGroup struct {
	Title string
	Keys  []Key
}

// Keys is the one table of shortcuts (ux.md 3.2). A page makes one work by
// giving its button or link that Key; the sheet under "?" shows this table.
var Keys = []KeyGroup{
	{"keys.anywhere", []Key{{"Ctrl-k", "keys.palette"}, {"/", "keys.search"}, {"c", "keys.create"}, {"?", "keys.sheet"}, {"u", "keys.undo"}}},
	{"keys.go", []Key{{"g h", "keys.go_home"}, {"g i", "keys.go_incidents"}, {"g t", "keys.go_contacts"}, {"g c", "keys.go_changes"}, {"g b", "keys.go_configuration"}, {"g d", "keys.go_dashboard"}, {"g r", "keys.go_report"}, {"g s", "keys.go_settings"}}},
	{"keys.lists", []Key{{"j", "keys.down"}, {"k", "keys.up"}, {"o", "keys.open"}, {"x", "keys.select"}, {"Shift-x", "keys.range"}, {"[", "keys.prev"}, {"]", "keys.next"}, {"\\", "keys.split"}}},
	{"keys.record", []Key{{"[", "keys.before"}, {"]", "keys.after"}, {"e", "keys.edit"}, {"a", "keys.assign"}, {"i", "keys.mine"}, {"s", "keys.status"}, {"p", "keys.priority"}, {"l", "keys.link"}, {"m", "keys.macro"}, {"w", "keys.watch"}, {".", "keys.copy_number"}, {". .", "keys.copy_title"}, {". . .", "keys.copy_link"}}},
	{"keys.write", []Key{{"t", "keys.template"}, {"r", "keys.reply"}, {"n", "keys.note"}, {"Ctrl-Enter", "keys.send"}, {"Ctrl-Shift-Enter", "keys.send_next"}}},
}
