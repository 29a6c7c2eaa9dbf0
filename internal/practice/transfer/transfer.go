// Package transfer carries the settings of a centre as one file from one Kilter
// to another: every kind of setting, the persons and questionnaires, what they
// refer to named by its code. What an export wrote an import reads back whole, into an empty
// database or over settings that are there.
//
// The file is lines of JSON. The first names the form; each of the others is
// one thing: its kind, its code, whether it is retired, and its fields by the
// names that the API has for them. A field that a line leaves out stays as it
// is. The order of lines is free; an export writes a kind after those it builds
// on, and the things of a kind by their codes.
package transfer

import (
	"context"

	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Form is the form of the file that this program writes and reads.
const Form = 1

// AtShell is the grant of what only the command line may carry: it is nobody's
// but Kilter's own.
const AtShell = "shell.carry"

// Shelf is one kind of things as they are carried.
type Shelf struct {
	setting.Sheet
	Deed string // the grant that changing them needs
	// Guarded says that every change stands in the audit log by itself, beside
	// the import as a whole.
	Guarded bool
}

// named is what a shelf's things are told apart by, and a kind in a file.
type named struct {
	kind setting.Kind
	code string
}

// Removal takes settings out, and in.
type Removal struct {
	Desk    *setting.Desk
	Shelves []Shelf // in the order of references, as far as there is one
	Cargoes []Cargo // what is no setting
	// Persons lists them in order of their code, retired ones too.
	Persons func(ctx context.Context, after string, limit int) ([]people.Person, error)
	// Guard looks at rights as they would be: who would hold too many duties,
	// who would widen his own. It is told all settings as they would be.
	Guard func(ctx context.Context, by people.Actor, all *setting.All, r Rights) ([]Blame, error)
}

// Rights are the persons and roles of a plan that are new or changed.
type Rights struct {
	Persons []people.Person
	Roles   []*setting.Thing
}

// shelf finds where a thing belongs; a document of the centre has a shelf of
// its own.
func (r *Removal) shelf(k setting.Kind, code string) (Shelf, bool) {
	for _, s := range r.Shelves {
		if s.Kind == k && (s.Code == "" || s.Code == code) {
			return s, true
		}
	}
	return Shelf{}, false
}

// may reports whether somebody may change a field of a shelf.
func may(by people.Actor, s Shelf, f setting.Attribute) bool {
	return by.Can(s.Deed) && (f.Grant == "" || by.Can(f.Grant))
}
