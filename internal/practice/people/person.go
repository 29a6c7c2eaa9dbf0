package people

import (
	"context"
	"time"
)

// Person is somebody of the city, the province or a supplier. Persons are
// retired, never deleted; masking takes their personal data away.
type Person struct {
	ID         ID
	Code       string // personnel number or sign-in name, unique
	Name       string
	Pinyin     string // "wangxiaoming wxm": syllables and initials, for look-ups
	Mail       string
	Phone      string
	Room       string
	Department DepartmentID
	Post       int64
	Staff      bool // of the centre or a supplier: works records
	External   bool // of a supplier, or known from another tool only
	VIP        bool
	Retired    bool
	Doc        Profile
	Version    int64
	Changed    time.Time
}

// Profile is what a person chose or was granted.
type Profile struct {
	Choices
	Roles   []int64   `json:"roles,omitempty"`   // setting.Role
	Reach   string    `json:"reach,omitempty"`   // own, department, team, zone, all
	Cleared []ZoneID  `json:"cleared,omitempty"` // network zones; sub-zones follow
	Ends    time.Time `json:"ends,omitzero"`     // the account's last moment
	Prefs   Prefs     `json:"prefs,omitzero"`
}

// Prefs are a person's choices for pages and notices, by name.
type Prefs map[string]string

// Query asks for a page of the list of persons, in order of their code.
type Query struct {
	Text        string // as for a look-up
	Departments []DepartmentID
	Staff       bool   // only of the centre and its suppliers
	Retired     bool   // retired ones too
	After       string // the last code of the page before
	Limit       int
}

// Register reads persons.
type Register interface {
	Person(ctx context.Context, id ID) (Person, error)
	LookUp(ctx context.Context, typed string, limit int) ([]Person, error)
	Persons(ctx context.Context, q Query) ([]Person, error)
}
