// Package maturity says how far a centre has come in each of the eleven
// processes of ITIL version 2: a self-assessment on nine levels after the one
// of the OGC and itSMF, with our own statements.
//
// A Set holds the statements of one version. Judge applies the rule: at each
// level every mandatory statement and some of the others must hold, and no level
// counts above one that is not reached. Around it stand what several assessors
// say (Agree), what is measured (Evidence.Judge), what somebody decides against
// a measurement for a time (Override), what would lift a level (Lifts), and how
// two assessments compare. Nothing here keeps anything or asks for the time.
package maturity

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
)

// Process is the code of one of the eleven processes.
type Process string

// The processes, in the order in which every table has them.
const (
	ServiceDesk   Process = "SD"
	Incident      Process = "IM"
	Problem       Process = "PM"
	Configuration Process = "CFG"
	Change        Process = "CHG"
	Release       Process = "REL"
	ServiceLevel  Process = "SLM"
	Availability  Process = "AVM"
	Capacity      Process = "CAP"
	Continuity    Process = "CON"
	Financial     Process = "FIN"
)

// Processes lists them all.
func Processes() []Process {
	return []Process{ServiceDesk, Incident, Problem, Configuration, Change, Release, ServiceLevel, Availability, Capacity, Continuity, Financial}
}

// Known says whether p is one of the eleven.
func (p Process) Known() bool { return slices.Contains(Processes(), p) }

// Level is a place on the scale, counted from 0: 0 for "level 1 is not reached",
// then 1, 1.5, 2 and so on up to 5.
type Level int

// The ends of the scale.
const (
	None   Level = 0
	Bottom Level = 1 // level 1, prerequisites
	Top    Level = 9 // level 5, customer interface
)

// Levels lists the nine levels, lowest first.
func Levels() []Level {
	out := make([]Level, Top)
	for i := range out {
		out[i] = Level(i + 1)
	}
	return out
}

// Number is the level as people say it: 0, 1, 1.5, 2 ... 5.
func (l Level) Number() float64 {
	if l == None {
		return 0
	}
	return float64(l+1) / 2
}

func (l Level) String() string { return strconv.FormatFloat(l.Number(), 'f', -1, 64) }

// LevelOf is the level that a number names; ok is false when it names none.
func LevelOf(number float64) (l Level, ok bool) {
	for l := None; l <= Top; l++ {
		if l.Number() == number {
			return l, true
		}
	}
	return None, false
}

// MarshalJSON writes the level as its number.
func (l Level) MarshalJSON() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalJSON reads a level from its number; as the key of an object a number is
// a text.
func (l *Level) UnmarshalJSON(text []byte) error {
	var number float64
	if key, err := strconv.Unquote(string(text)); err == nil {
		text = []byte(key)
	}
	if err := json.Unmarshal(text, &number); err != nil {
		return fault.At("level", "maturity.no_level").With("value", string(text))
	}
	found, ok := LevelOf(number)
	if !ok {
		return fault.At("level", "maturity.no_level").With("value", string(text))
	}
	*l = found
	return nil
}

// MarshalText writes the level as the key of a map.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the key of a map.
func (l *Level) UnmarshalText(text []byte) error { return l.UnmarshalJSON(text) }

// Words is the message key of what the level is called.
func (l Level) Words() string { return fmt.Sprintf("maturity.level.%d", int(l)) }

// Framework is the level of ITIL's process maturity framework (1 initial to 5
// optimised) that a level points to: its whole part, and 1 for none. It is an
// indication only, for the framework judges people, technology and culture too.
func (l Level) Framework() int { return max(1, int(l.Number())) }
