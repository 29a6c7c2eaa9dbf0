package knowledge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// ImportDeed is the right to bring articles in.
const ImportDeed = "knowledge.import"

// Fate is what bringing a draft in comes to.
type Fate string

// The fates. What is changed is a draft of its next edition; nothing that is
// brought in is read before somebody has reviewed it.
const (
	New     Fate = "new"
	Changed Fate = "changed"
	Same    Fate = "same"
	Wrong   Fate = "wrong"
)

// Fates lists them in the order of a count.
var Fates = []Fate{New, Changed, Same, Wrong}

// Line is one draft of a file and what becomes of it.
type Line struct {
	Draft
	Fate    Fate
	Ref     string   // of the article that there is, or was made
	Changes []string // the fields that change
	Why     error    // a fault, when it is wrong
	article *Article
}

// Title is what the draft is called.
func (l Line) Title() string {
	d := l.Draft.Fields
	return Pages{En: Page{Title: d["title_en"]}, Zh: Page{Title: d["title_zh"]}}.Title()
}

// Origin is where an article came from: what the draft was called and said, as
// digests, so that the same file brings it in once.
type Origin struct {
	Key    string
	Hash   string
	ID     int64 // of the record
	Number record.Number
	At     time.Time
}

// Origins keeps them.
type Origins interface {
	// Origins are those of some keys.
	Origins(ctx context.Context, keys []string) (map[string]Origin, error)
	// KeepOrigin keeps one in place of what was kept for its key.
	KeepOrigin(ctx context.Context, o Origin) error
}

// Import brings articles in from files.
type Import struct {
	Desk    *Desk
	Origins Origins
	Pen     audit.Pen
	// Named is the id of the setting that a column names by its code; what
	// somebody is not cleared for is not there for him.
	Named func(by people.Actor, column, code string) (string, error)
	// Together makes one transaction of what is done under its context.
	Together func(context.Context, func(context.Context) error) error
}

// errTried ends the transaction of a preview.
var errTried = errors.New("knowledge: only tried")

// Preview says what bringing files in would do: it is done, and taken back.
func (m *Import) Preview(ctx context.Context, by people.Actor, files []File) ([]Line, error) {
	lines, err := m.run(ctx, by, files, errTried)
	if err != nil {
		return nil, err
	}
	for i := range lines {
		if lines[i].Fate == New {
			lines[i].Ref = "" // its number is given to the next that is written
		}
	}
	return lines, nil
}

// TakeIn brings files in. What is wrong in them is left out, and said.
func (m *Import) TakeIn(ctx context.Context, by people.Actor, files []File) ([]Line, error) {
	lines, err := m.run(ctx, by, files, nil)
	if err != nil {
		return nil, err
	}
	log := audit.By(by, m.Desk.Now().UTC(), ImportDeed, "articles")
	log.Detail = audit.Detail("new", Count(lines, New), "changed", Count(lines, Changed), "same", Count(lines, Same), "wrong", Count(lines, Wrong))
	return lines, m.Pen.Note(ctx, log)
}

// Count says how many lines come to something.
func Count(lines []Line, f Fate) int {
	n := 0
	for _, l := range lines {
		if l.Fate == f {
			n++
		}
	}
	return n
}

func (m *Import) run(ctx context.Context, by people.Actor, files []File, end error) ([]Line, error) {
	if err := by.May(ImportDeed); err != nil {
		return nil, err
	}
	drafts, err := ReadFiles(files)
	if err != nil {
		return nil, err
	}
	if len(drafts) == 0 {
		return nil, fault.At("file", "knowledge.import_empty")
	}
	held, err := m.held(ctx, by, drafts)
	if err != nil {
		return nil, err
	}
	lines := make([]Line, 0, len(drafts))
	err = m.Together(ctx, func(ctx context.Context) error {
		lines = lines[:0] // a transaction may begin anew
		seen := map[string]bool{}
		for _, d := range drafts {
			l := Line{Draft: d}
			key := d.digest()
			if seen[key] {
				l.Fate, l.Why = Wrong, fault.New(fault.Invalid, "knowledge.import_twice")
			} else if err := m.one(ctx, by, &l, held[key]); err != nil {
				return err
			}
			seen[key] = true
			lines = append(lines, l)
		}
		return end
	})
	if err != nil && !errors.Is(err, errTried) {
		return nil, err
	}
	return lines, nil
}

// digest is what the draft is known by; an article of another network is
// another one, whatever it is called.
func (d Draft) digest() string { return sum("article", d.Fields["zone"], d.Key) }

// hash is what it says.
func (d Draft) hash() string {
	b, _ := json.Marshal(d.Fields) // texts are always written, in the order of their names
	return sum(string(b))
}

func sum(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p + "\x00"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// held finds, by the digests of drafts, where each came to before: by its key,
// else it is in force under the same titles.
func (m *Import) held(ctx context.Context, by people.Actor, drafts []Draft) (map[string]Origin, error) {
	keys := make([]string, 0, len(drafts))
	for _, d := range drafts {
		keys = append(keys, d.digest())
	}
	out, err := m.Origins.Origins(ctx, keys)
	if err != nil {
		return nil, err
	}
	all, err := m.Desk.Contents(ctx, by)
	if err != nil {
		return nil, err
	}
	for i, d := range drafts {
		if _, ok := out[keys[i]]; ok {
			continue
		}
		zone, known := m.network(by, d)
		j := slices.IndexFunc(all, func(a Article) bool {
			return known && (zone == 0 || zone == a.Zone) && a.Shown.Zh.Title == d.Fields["title_zh"] && a.Shown.En.Title == d.Fields["title_en"]
		})
		if j >= 0 {
			out[keys[i]] = Origin{Key: keys[i], ID: all[j].ID, Number: all[j].Number}
		}
	}
	return out, nil
}

// network is the one that a draft names, 0 for none; false when there is no such.
func (m *Import) network(by people.Actor, d Draft) (people.ZoneID, bool) {
	code := d.Fields["zone"]
	if code == "" {
		return 0, true
	}
	text, err := m.Named(by, "zone", code)
	if err != nil {
		return 0, false
	}
	id, err := strconv.ParseInt(text, 10, 64)
	return people.ZoneID(id), err == nil
}

// wider reports that a draft is for fewer readers than the article that it would
// change: what it says would be told to all of these.
func wider(a *Article, in record.Input) error {
	readers := map[Audience]int{ForTeam: 1, ForStaff: 2, ForOfficials: 3}
	said := Audience(in.Fields["audience"])
	var many fault.Many
	switch {
	case said != "" && readers[said] < readers[a.Audience]:
		many = append(many, fault.At("audience", "knowledge.import_wider").With("ref", a.Ref()))
	case said == ForTeam && in.Fields["crew"] != strconv.FormatInt(int64(a.Crew), 10):
		many = append(many, fault.At("crew", "knowledge.import_wider").With("ref", a.Ref()))
	}
	if zone := in.Fields["zone"]; zone != "" && zone != strconv.FormatInt(int64(a.Zone), 10) {
		many = append(many, fault.At("zone", "knowledge.import_wider").With("ref", a.Ref()))
	}
	return many.Err()
}

// one brings a draft in. A fault is its line's alone.
func (m *Import) one(ctx context.Context, by people.Actor, l *Line, o Origin) error {
	in, err := m.input(by, l.Draft)
	if err == nil {
		err = m.settle(ctx, by, l, o, in)
	}
	if fault.All(err) != nil {
		l.Fate, l.Why = Wrong, err
		return nil
	}
	if err != nil || l.Fate == Same && o.Hash != "" {
		return err
	}
	return m.Origins.KeepOrigin(ctx, Origin{Key: l.digest(), Hash: l.hash(), ID: l.article.ID, Number: l.article.Number, At: m.Desk.Now().UTC()})
}

func (m *Import) settle(ctx context.Context, by people.Actor, l *Line, o Origin, in record.Input) (err error) {
	if o.Number != 0 {
		l.article, err = m.Desk.Find(ctx, by, o.Number)
		if err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
	}
	if o.Number == 0 || err != nil { // what is not his to see is not there for him
		l.Fate = New
		if l.article, err = m.Desk.Write(ctx, by, in); err == nil {
			l.Ref = l.article.Ref()
		}
		return err
	}
	a := l.article
	l.Ref = a.Ref()
	changes := m.changes(a, in)
	for _, c := range changes {
		l.Changes = append(l.Changes, c.Field)
	}
	if o.Hash == l.hash() || len(changes) == 0 { // what was written here since is left as it is
		l.Fate, l.Changes = Same, nil
		return nil
	}
	if err := wider(a, in); err != nil {
		return err
	}
	switch a.State {
	case InReview:
		return fault.New(fault.Conflict, "knowledge.import_in_review").With("ref", a.Ref())
	case Retired:
		return fault.New(fault.Conflict, "knowledge.import_retired").With("ref", a.Ref())
	}
	l.Fate = Changed
	_, err = m.Desk.One(ctx, by, a.Number, record.Input{}, func(s *sitting, a *Article) error {
		if a.State == Published {
			if err := s.Move(a, "revise", record.Input{}); err != nil {
				return err
			}
		}
		return s.Edit(a, m.changes(a, in), record.Input{})
	})
	return err
}

// changes are what a draft says otherwise than the article does. Who reads it is
// arranged here, and what a draft leaves out stays.
func (m *Import) changes(a *Article, in record.Input) (out []record.Change) {
	for _, name := range []string{"title_zh", "text_zh", "title_en", "text_en", "keywords", "service", "category"} {
		f, ok := m.Desk.Sheet.Find(name)
		now := in.Fields[name]
		if was := f.Get(a); ok && now != "" && now != was {
			out = append(out, record.Change{Field: name, Was: was, Now: now})
		}
	}
	return out
}

// input turns a draft into what an article is begun with.
func (m *Import) input(by people.Actor, d Draft) (record.Input, error) {
	in := record.Input{Fields: map[string]string{}}
	var many fault.Many
	for name, v := range d.Fields {
		switch name {
		case "crew", "category", "service", "zone":
			id, err := m.Named(by, name, v)
			if err := many.Add(err); err != nil {
				return in, err
			}
			in.Fields[name] = id
		default:
			if !slices.Contains(Columns, name) {
				many = append(many, fault.At(name, "api.unknown_member"))
				continue
			}
			in.Fields[name] = v
		}
	}
	return in, many.Err()
}
