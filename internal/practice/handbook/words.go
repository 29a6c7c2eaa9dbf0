package handbook

import (
	"strings"

	"kilter/internal/base/lang"
)

// Words are the words of a life cycle in one language.
type Words struct {
	*lang.Printer
	*Cycle
}

func (w Words) lang() string { return w.Lang().HTML() }

// Title is what the life cycle is of.
func (w Words) Title() string {
	if w.Words == "" {
		return w.Cycle.Title.In(w.lang())
	}
	return w.T("handbook.cycle." + w.Name)
}

// State is a state in words.
func (w Words) State(code string) string {
	for _, s := range w.States {
		if s.Code == code && w.Words == "" {
			return s.Name.In(w.lang())
		}
	}
	return w.T(w.Words + ".state." + code)
}

// Move is a move in words: its name, or what has to be for it.
func (w Words) Move(m *Move) string {
	if w.Words == "" {
		return m.Guard.In(w.lang())
	}
	return w.T(w.Words + ".move." + m.Name)
}

// Field is a field in words.
func (w Words) Field(name string) string {
	if key := w.Words + ".field." + name; w.Has(key) {
		return w.T(key)
	}
	return w.T("incident.field." + name)
}

// Conditions are those of a move besides its fields.
func (w Words) Conditions(m *Move) []string {
	var out []string
	for _, f := range m.Demands {
		out = append(out, w.Fault(f))
	}
	return out
}

// Draw lays the life cycle out with these words.
func (w Words) Draw() Drawing {
	return Draw(w.Cycle, func(s State) string { return w.State(s.Code) }, func(way Way) string {
		var all []string
		for _, m := range way.Moves {
			if word := w.Move(m); word != "" {
				all = append(all, word)
			}
		}
		return strings.Join(all, " / ")
	})
}

// BPMN is the life cycle as a file for other programs.
func (w Words) BPMN() []byte {
	d := w.Draw()
	return BPMN(w.Name, w.Title(), &d)
}
