package knowledge_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// centre has two who write, one who answers for the knowledge base, and an
// official; and a clock that the test moves.
type centre struct {
	*knowledge.Desk
	t                  *testing.T
	db                 *store.DB
	now                time.Time
	bo, li, mei, wangs people.Actor
}

func each(t *testing.T, test func(*testing.T, *centre)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := &centre{t: t, db: db, now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)}
		who := func(code string, staff bool, grants ...string) people.Actor {
			p := people.Person{Code: code, Name: code, Staff: staff, Changed: c.now}
			if err := db.SavePerson(t.Context(), &p); err != nil {
				t.Fatal(err)
			}
			return people.Actor{ID: p.ID, Name: code, Staff: staff, Grants: people.NewGrants(grants...), Scope: people.Scope{Own: p.ID, Teams: people.Circles(staff), Cleared: []people.ZoneID{3}}}
		}
		writes := []string{"knowledge.open", "knowledge.read", "knowledge.edit", "knowledge.submit", "knowledge.recall", "knowledge.revise", "knowledge.discard", "knowledge.note", "knowledge.attach", "knowledge.rate"}
		c.bo, c.li, c.mei, c.wangs = who("bo", true, writes...), who("li", true, writes...), who("mei", true, "knowledge.*"), who("wangs", false, "knowledge.read", "knowledge.rate")
		c.mei.Scope = people.Everything()
		inner := record.Desk[*knowledge.Article]{Store: db.Articles(), Now: func() time.Time { return c.now }, Files: db.Files()}
		inner.Rules.Decides = approval.Terms{Due: func(from time.Time, days int) time.Time { return from.AddDate(0, 0, days) }}
		c.Desk = knowledge.NewDesk(inner, db.Ledger(), db.KnowledgeShelf())
		c.Reviewers = func(*knowledge.Article) []approval.Seat {
			return []approval.Seat{{Person: c.bo.ID}, {Person: c.mei.ID}}
		}
		test(t, c)
	})
}

func fields(all ...string) record.Input {
	in := record.Input{Fields: map[string]string{}}
	for i := 0; i < len(all); i += 2 {
		in.Fields[all[i]] = all[i+1]
	}
	return in
}

// written is an article of bo's about paper.
func (c *centre) written(more ...string) *knowledge.Article {
	c.t.Helper()
	a, err := c.Write(c.t.Context(), c.bo, fields(append([]string{"title_zh", "打印机卡纸怎么办", "text_zh", "打开后盖，取出纸张。", "title_en", "Clear a paper jam", "text_en", "Open the back and take the sheet out.", "keywords", "卡纸, 打不出来", "audience", "officials"}, more...)...))
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

func (c *centre) moves(a *knowledge.Article, by people.Actor, in record.Input, names ...string) *knowledge.Article {
	c.t.Helper()
	for _, name := range names {
		var err error
		c.now = c.now.Add(time.Minute)
		if a, err = c.Move(c.t.Context(), by, a.Number, name, in); err != nil {
			c.t.Fatal(name, err)
		}
	}
	return a
}

// published is one that mei has reviewed.
func (c *centre) published(more ...string) *knowledge.Article {
	c.t.Helper()
	return c.approved(c.moves(c.written(more...), c.bo, record.Input{}, "submit"), c.mei, "")
}

// approved is one that somebody consents to.
func (c *centre) approved(a *knowledge.Article, by people.Actor, why string) *knowledge.Article {
	c.t.Helper()
	c.now = c.now.Add(time.Minute)
	a, err := c.Decide(c.t.Context(), by, a.Number, approval.Vote{Answer: approval.Yes, Reason: why}, record.Input{})
	if err != nil || a.State != knowledge.Published {
		c.t.Fatal(a, err)
	}
	return a
}

// all lists every article there is.
func (c *centre) all() []record.Row {
	c.t.Helper()
	rows, err := c.db.Ledger().List(c.t.Context(), people.Everything(), record.Query{Kind: record.Knowledge, Order: record.Newest, Limit: 100, Now: c.now})
	if err != nil {
		c.t.Fatal(err)
	}
	return rows
}

// bo2 is bo with every right.
func (c *centre) bo2() people.Actor {
	by := c.bo
	by.Grants = people.NewGrants("knowledge.*")
	return by
}

func yes() approval.Vote { return approval.Vote{Answer: approval.Yes} }

func refused(t *testing.T, what, key string, err error) {
	t.Helper()
	for _, f := range fault.All(err) {
		if f.Key == key {
			return
		}
	}
	t.Errorf("%s: got %v, want %s", what, err, key)
}

// Nobody reviews what he has written, whoever began it; readers have the edition
// that was published until the next one is.
func TestWhoWritesDoesNotReview(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		a := c.written()
		if a.State != knowledge.Writing || a.Title != "打印机卡纸怎么办 / Clear a paper jam" || a.Owner != c.bo.ID {
			t.Fatalf("written: %+v", a)
		}
		both := c.bo
		both.Grants = people.NewGrants("knowledge.*")
		_, err := c.Move(t.Context(), both, a.Number, "submit", fields("reviewer", fmt.Sprint(c.bo.ID)))
		refused(t, "asked to review himself", "knowledge.own_review", err)
		a = c.moves(a, c.bo, fields("reviewer", fmt.Sprint(c.mei.ID)), "submit")
		_, err = c.Edit(t.Context(), c.bo, a.Number, []record.Change{{Field: "text_en", Was: a.Draft.En.Text, Now: "x"}}, record.Input{})
		refused(t, "edited in review", "knowledge.not_a_draft", err)
		for name, by := range map[string]people.Actor{"by its author": both, "by hand": c.mei} {
			_, err = c.Move(t.Context(), by, a.Number, "publish", record.Input{})
			refused(t, "published "+name, "flow.no_move", err)
		}
		_, err = c.Decide(t.Context(), both, a.Number, approval.Vote{Answer: approval.Yes}, record.Input{})
		refused(t, "approved by its author", "approval.barred", err)
		if _, err = c.Find(t.Context(), c.wangs, a.Number); !fault.Is(err, fault.Missing) {
			t.Errorf("an official reads what is not published: %v", err)
		}
		a = c.approved(a, c.mei, "clear")
		if a.Edition != 1 || a.ReviewedBy != c.mei.ID || !a.ReviewOn.Equal(a.Published.Add(knowledge.ReviewAfter)) || a.Team != people.Everybody {
			t.Errorf("published: %+v", a)
		}
		a = c.moves(a, c.li, record.Input{}, "revise")
		if a, err = c.Edit(t.Context(), c.li, a.Number, []record.Change{{Field: "text_en", Was: a.Draft.En.Text, Now: "Open the front."}}, record.Input{}); err != nil {
			t.Fatal(err)
		}
		seen, err := c.Read(t.Context(), c.wangs, a.Number)
		if err != nil || seen.Shown.En.Text != "Open the back and take the sheet out." || seen.Draft != (knowledge.Pages{}) {
			t.Errorf("meanwhile an official reads %+v, %v", seen, err)
		}
		if _, all, err := c.Editions(t.Context(), c.wangs, a.Number); err != nil || len(all) != 1 || all[0].N != 1 {
			t.Errorf("and these editions: %+v, %v", all, err)
		}
		a = c.moves(a, c.li, record.Input{}, "submit")
		li := c.li
		li.Grants = people.NewGrants("knowledge.*")
		_, err = c.Decide(t.Context(), li, a.Number, approval.Vote{Answer: approval.Yes}, record.Input{})
		refused(t, "the second edition by who wrote it", "approval.barred", err)
		c.approved(a, both, "") // bo wrote the first edition, not this one
		_, all, err := c.Editions(t.Context(), c.bo, a.Number)
		if err != nil || len(all) != 2 || all[0].N != 2 || all[0].En.Text != "Open the front." || all[1].En.Text != "Open the back and take the sheet out." || all[1].By != c.mei.ID || all[1].Why != "clear" || !slices.Equal(all[1].Wrote, []people.ID{c.bo.ID}) {
			t.Errorf("editions: %+v, %v", all, err)
		}
	})
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		_, err := c.Write(t.Context(), c.bo, fields("text_en", "so"))
		refused(t, "no title", "knowledge.no_title", err)
		_, err = c.Write(t.Context(), c.bo, fields("title_en", "so", "audience", "team"))
		refused(t, "no team", "record.required", err)
		a, err := c.Write(t.Context(), c.bo, fields("title_en", "so"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Move(t.Context(), c.bo, a.Number, "submit", record.Input{})
		refused(t, "no text", "knowledge.title_without_text", err)
		_, err = c.Move(t.Context(), c.bo, a.Number, "discard", record.Input{})
		refused(t, "never published", "knowledge.never_published", err)
		a = c.published()
		_, err = c.Move(t.Context(), c.mei, a.Number, "confirm", fields("review_on", "2026-11-01T00:00:00Z"))
		refused(t, "a day that is past", "knowledge.review_in_past", err)
		_, err = c.Rate(t.Context(), c.wangs, a.Number, false, " ")
		refused(t, "no without a reason", "knowledge.say_what_is_missing", err)
	})
}

// Who reads an article is one policy for pages, lists, search, suggestions.
func TestWhoReadsIt(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		crew := c.li
		crew.Scope.Teams = append(slices.Clone(crew.Scope.Teams), 7)
		away := c.wangs
		away.Scope.Cleared = nil
		for _, a := range []struct {
			name    string
			article *knowledge.Article
			readers []people.Actor
		}{
			{"everybody", c.published(), []people.Actor{c.wangs, away, c.li, crew}},
			{"staff", c.published("audience", "staff"), []people.Actor{c.li, crew}},
			{"a team", c.published("audience", "team", "crew", "7"), []people.Actor{crew}},
			{"cleared for the zone", c.published("zone", "3"), []people.Actor{c.wangs, c.li, crew}},
			{"nobody without the zone", c.published("zone", "4"), nil},
		} {
			for _, by := range []people.Actor{c.wangs, away, c.li, crew} {
				want := slices.ContainsFunc(a.readers, func(r people.Actor) bool {
					return r.ID == by.ID && len(r.Scope.Teams) == len(by.Scope.Teams) && len(r.Scope.Cleared) == len(by.Scope.Cleared)
				})
				_, err := c.Read(t.Context(), by, a.article.Number)
				rows, bad := c.Ledger.List(t.Context(), by.Scope, record.Query{Kind: record.Knowledge, Limit: 100, Now: c.now})
				found, worse := c.db.Finder().Search(t.Context(), by.Scope, record.Search{Text: "卡纸", Limit: 100, Now: c.now})
				all, worst := c.Contents(t.Context(), by)
				if bad != nil || worse != nil || worst != nil {
					t.Fatal(bad, worse, worst)
				}
				got := []bool{
					err == nil,
					slices.ContainsFunc(rows, func(r record.Row) bool { return r.ID == a.article.ID }),
					slices.ContainsFunc(found.Hits, func(h record.Hit) bool { return h.ID == a.article.ID }),
					slices.ContainsFunc(all, func(o knowledge.Article) bool { return o.ID == a.article.ID }),
				}
				if !slices.Equal(got, slices.Repeat([]bool{want}, 4)) {
					t.Errorf("%s, read by %s (%v): page, list, search, library %v, want %v", a.name, by.Name, by.Scope.Teams, got, want)
				}
			}
		}
		a := c.published()
		c.moves(a, c.mei, record.Input{Text: "of no use"}, "retire")
		if _, err := c.Read(t.Context(), c.wangs, a.Number); !fault.Is(err, fault.Missing) {
			t.Errorf("a retired one: %v", err)
		}
	})
}

// What is being written is found by nobody before it is published.
func TestADraftIsNotFound(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		a := c.moves(c.published(), c.bo, record.Input{}, "revise")
		if _, err := c.Edit(t.Context(), c.bo, a.Number, []record.Change{{Field: "text_en", Was: a.Draft.En.Text, Now: "Ask for the hidden lever."}}, record.Input{}); err != nil {
			t.Fatal(err)
		}
		for word, want := range map[string]int{"lever": 0, "sheet": 1, "取出": 1} {
			found, err := c.db.Finder().Search(t.Context(), c.wangs.Scope, record.Search{Text: word, Limit: 10, Now: c.now})
			if err != nil || len(found.Hits) != want {
				t.Errorf("%s: %d found, want %d, %v", word, len(found.Hits), want, err)
			}
		}
	})
}

func TestUses(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		a := c.published("service", "5")
		for range 3 {
			if _, err := c.Read(t.Context(), c.wangs, a.Number); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Solved(t.Context(), c.wangs, a.Number); err != nil { // once a day
				t.Fatal(err)
			}
		}
		if _, err := c.Solved(t.Context(), c.li, a.Number); err != nil {
			t.Fatal(err)
		}
		if err := c.Applied(t.Context(), c.li, a); err != nil {
			t.Fatal(err)
		}
		for by, yes := range map[*people.Actor]bool{&c.wangs: true, &c.li: false, &c.mei: true} {
			if _, err := c.Rate(t.Context(), *by, a.Number, !yes, "changes his mind"); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Rate(t.Context(), *by, a.Number, yes, "no pictures"); err != nil {
				t.Fatal(err)
			}
		}
		f, err := c.Figures(t.Context(), c.mei, 3)
		want := knowledge.Uses{Views: 3, Helpful: 2, Unhelpful: 1, Applied: 1, Deflected: 2}
		if err != nil || f.All != want || f.All.Solved() != 3 || len(f.Articles) != 1 || len(f.Services) != 1 || f.Services[0].What != 5 || len(f.Months) != 3 || f.Months[2].Uses != want || f.Months[0].Uses != (knowledge.Uses{}) {
			t.Errorf("figures: %+v, %v", f, err)
		}
		if f, err = c.Figures(t.Context(), people.Actor{Grants: c.mei.Grants, Scope: people.Scope{AllZones: true}}, 3); err != nil || len(f.Articles) != 0 || f.All != (knowledge.Uses{}) {
			t.Errorf("of what he does not see: %+v, %v", f, err)
		}
	})
}

// An article is to be looked at when its day has come, or when what it names has
// changed, once, until somebody says that it is right.
func TestArticlesAge(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		item := &cmdb.Item{Code: "PRN-1", Name: people.Text{En: "Printer"}, Class: "printer", State: cmdb.Live, Changed: c.now}
		if err := c.db.Items().Write(t.Context(), &cmdb.Lot{Items: []*cmdb.Item{item}}); err != nil {
			t.Fatal(err)
		}
		a := c.published("item", fmt.Sprint(item.ID))
		look := func(want knowledge.Stale) {
			t.Helper()
			if err := c.Age(t.Context()); err != nil {
				t.Fatal(err)
			}
			got, err := c.Find(t.Context(), c.mei, a.Number)
			if err != nil || got.Stale != want || got.InForce() != true {
				t.Errorf("stale: %q, want %q, %v", got.Stale, want, err)
			}
		}
		look("")
		c.now = c.now.Add(time.Hour)
		if err := c.db.Items().Write(t.Context(), &cmdb.Lot{History: []cmdb.Change{{Item: item.ID, At: c.now, Field: "room", Was: "1", Became: "2"}}}); err != nil {
			t.Fatal(err)
		}
		look(knowledge.ItemChanged)
		look(knowledge.ItemChanged)
		past, err := c.Ledger.Timeline(t.Context(), a.ID, false)
		n := 0
		for _, e := range past {
			if e.Deed == "knowledge.age" && e.Reason == "item" {
				n++
			}
		}
		if err != nil || n != 1 {
			t.Errorf("told %d times, %v", n, err)
		}
		c.moves(a, c.mei, record.Input{}, "confirm")
		look("")
		c.now = c.now.Add(knowledge.ReviewAfter + time.Hour)
		look(knowledge.ReviewDue)
	})
}

func TestNextMoves(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		names := func(a *knowledge.Article) (out []string) {
			for _, m := range c.Next(c.mei, a) {
				out = append(out, m.Name)
			}
			return out
		}
		if got := names(c.written()); slices.Contains(got, "discard") || !slices.Contains(got, "submit") || slices.Contains(got, "age") {
			t.Error(got)
		}
		if got := names(c.moves(c.published(), c.mei, record.Input{}, "revise")); !slices.Contains(got, "discard") {
			t.Error(got)
		}
	})
}

// Uses are counted on the centre's day: early on the first of a month it is still
// the month before in UTC.
func TestUsesAreCountedOnTheDayOfTheCentre(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		place := time.FixedZone("Asia/Shanghai", 8*60*60)
		c.Place = func() *time.Location { return place }
		c.db.SetPlace(place)
		a := c.published()
		for _, at := range []time.Time{
			time.Date(2026, 11, 30, 23, 50, 0, 0, place), time.Date(2026, 12, 1, 0, 10, 0, 0, place),
			time.Date(2026, 12, 1, 7, 59, 0, 0, place), time.Date(2026, 12, 1, 23, 50, 0, 0, place),
		} {
			c.now = at.UTC()
			if _, err := c.Solved(t.Context(), c.wangs, a.Number); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Rate(t.Context(), c.wangs, a.Number, true, ""); err != nil {
				t.Fatal(err)
			}
			f, err := c.Figures(t.Context(), c.mei, 1)
			if err != nil || len(f.Months) != 1 {
				t.Fatal(f, err)
			}
			want := knowledge.Uses{Helpful: 1, Deflected: 1}
			if got := f.Months[0]; got.What.Month() != at.Month() || got.Uses != want {
				t.Errorf("at %s: %+v", at, got)
			}
		}
	})
}
