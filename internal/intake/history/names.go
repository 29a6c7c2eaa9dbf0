package history

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/history"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// names finds what a log calls by name among what Kilter knows, by code or by
// name in either language, and makes what it does not know. What was made for
// a source before is found again by its code, retired or not.
type names struct {
	dir    *directory.Directory
	source string
	ids    map[name]int64
	next   int64 // the number of the next thing that is to be made, below 0
	built  bool
}

// name is what one thing is called in the log. Above is the category that a
// subcategory stands under.
type name struct {
	kind        setting.Kind
	above, text string
}

func newNames(dir *directory.Directory, source string) *names {
	return &names{dir: dir, source: source, ids: map[name]int64{}, next: -1}
}

// build indexes the settings as they are when the import begins.
func (n *names) build() {
	if n.built {
		return
	}
	n.built = true
	all := n.dir.Keeper.All()
	for _, kind := range []setting.Kind{setting.Team, setting.Service, setting.Category, setting.Department, setting.Zone, setting.Cause} {
		for _, t := range all.Of(kind) {
			above := ""
			if p := all.Find(kind, t.Parent); p != nil && kind == setting.Category {
				above = p.Name.In("en")
			}
			for _, text := range []string{t.Code, t.Name.En, t.Name.Zh} {
				key := name{kind, fold(above), fold(text)}
				if _, taken := n.ids[key]; text != "" && !taken && !t.Retired {
					n.ids[key] = t.ID
				}
			}
		}
	}
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// code is what a thing made for this source is known by again.
func (n *names) code(k name) string {
	sum := sha256.Sum256([]byte(n.source + "\x00" + string(k.kind) + "\x00" + k.above + "\x00" + k.text))
	return "h-" + hex.EncodeToString(sum[:10])
}

// want lists what has to be made, or brought back into use, for some stories.
func (n *names) want(ctx context.Context, stories []*history.Story) ([]*setting.Thing, error) {
	n.build()
	var lot []*setting.Thing
	written := map[name]string{} // as the log writes it
	persons := map[string]name{}
	for _, s := range stories {
		for _, k := range of(s) {
			key := name{k.kind, fold(k.above), fold(k.text)}
			if _, ok := n.ids[key]; ok || k.text == "" {
				continue
			}
			written[key] = k.text
			if k.kind == setting.Human {
				n.ids[key] = 0
				persons[n.code(key)] = key
				continue
			}
			lot = append(lot, n.thing(key, k))
		}
	}
	people, err := n.persons(ctx, persons, written)
	return append(lot, people...), err
}

// thing is a team, service or category of the log; a retired one that was made
// for it before comes back into use.
func (n *names) thing(key, k name) *setting.Thing {
	code := n.code(key)
	if held := n.dir.Keeper.All().Coded(k.kind, code); held != nil {
		again := *held
		again.Retired = false
		n.ids[key] = again.ID
		return &again
	}
	t := &setting.Thing{ID: n.next, Kind: k.kind, Code: code, Name: people.Text{En: cut(k.text, 200), Zh: cut(k.text, 200)}}
	if k.above != "" {
		t.Parent = n.ids[name{k.kind, "", fold(k.above)}]
	}
	if k.kind == setting.Service {
		t.Doc = []byte(`{"state":"` + string(catalogue.Draft) + `"}`) // nobody is offered it
	}
	n.ids[key] = n.next
	n.next--
	return t
}

// persons are those that are not yet known: somebody with that sign-in name or
// personnel number, or made for this source before. Others are made, external:
// they belong to the past and cannot sign in.
func (n *names) persons(ctx context.Context, wanted map[string]name, written map[name]string) ([]*setting.Thing, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	var codes []string
	for code, key := range wanted {
		codes = append(codes, code, written[key])
	}
	found, err := n.dir.Keeper.Store.Humans(ctx, nil, codes)
	if err != nil {
		return nil, err
	}
	byCode := map[string]*setting.Thing{}
	for _, t := range found {
		byCode[t.Code] = t
	}
	var lot []*setting.Thing
	slices.Sort(codes)
	for _, code := range codes {
		key, ok := wanted[code]
		if !ok {
			continue
		}
		held := byCode[written[key]]
		if held == nil {
			held = byCode[code]
		}
		if held != nil && !held.Retired {
			n.ids[key] = held.ID
			continue
		}
		t := held
		if t == nil {
			if t, err = setting.OfPerson(people.Person{Code: code, Name: cut(written[key], 100), External: true}); err != nil {
				return nil, err
			}
			t.ID = n.next
			n.next--
		} else if t.Code != code {
			n.ids[key] = t.ID // one of our own who has left: he stays retired
			continue
		}
		t.Retired = false
		n.ids[key] = t.ID
		lot = append(lot, t)
	}
	return lot, nil
}

// settle takes over the ids that things got when they were stored.
func (n *names) settle(lot []*setting.Thing) {
	byCode := map[string]int64{}
	for _, t := range lot {
		byCode[string(t.Kind)+":"+t.Code] = t.ID
	}
	for key, id := range n.ids {
		if id >= 0 {
			continue
		}
		if stored, ok := byCode[string(key.kind)+":"+n.code(key)]; ok {
			n.ids[key] = stored
		}
	}
}

// id is the thing of a name; 0 when there is none.
func (n *names) id(kind setting.Kind, above, text string) int64 {
	return n.ids[name{kind, fold(above), fold(text)}]
}

// of lists the names that a story bears and that are made where they are not
// known. Departments and network zones are not: whose history it is, and who
// may see it, is not for a log to say.
func of(s *history.Story) []name {
	out := []name{
		{setting.Human, "", s.Requester},
		{setting.Human, "", s.Owner},
		{setting.Team, "", s.Team},
		{setting.Service, "", s.Service},
		{setting.Category, "", s.Category},
		{setting.Category, s.Category, s.Subcategory},
	}
	category := s.Category
	for _, e := range s.Events {
		out = append(out, name{setting.Human, "", e.Person}, name{setting.Human, "", e.Owner}, name{setting.Team, "", e.Team})
		for _, c := range e.Changes {
			for _, v := range []string{c.Was, c.Now} {
				switch c.Field {
				case history.Service:
					out = append(out, name{setting.Service, "", v})
				case history.Category:
					out = append(out, name{setting.Category, "", v})
					category = v
				case history.Subcategory:
					out = append(out, name{setting.Category, category, v})
				case history.Team:
					out = append(out, name{setting.Team, "", v})
				case history.Owner, history.Requester:
					out = append(out, name{setting.Human, "", v})
				}
			}
		}
	}
	return out
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func object(id int64) string { return fmt.Sprintf("history:%d", id) }
