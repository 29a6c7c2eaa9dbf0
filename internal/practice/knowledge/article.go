// Package knowledge is the knowledge base of ITIL service support: what the
// centre has learnt, written down once, reviewed by somebody else, and handed
// to whoever has the same trouble again.
package knowledge

import (
	"strings"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Article is a piece of knowledge. Its authors work on the draft; readers have
// what was published last, until the next edition is.
type Article struct {
	record.Head // the team is who may read it, see circle
	record.Extra
	Draft    Pages // what is being written
	Shown    Pages // what is read
	Keywords string
	Category record.CategoryID
	Item     record.ItemID
	Audience Audience
	Crew     people.TeamID // the team it is for, when it is for one

	Edition    int // how often it was published; 0 is never
	Published  time.Time
	Reviewer   people.ID // who was asked to review the draft
	ReviewedBy people.ID // who published the edition that is read
	ReviewOn   time.Time // when it is looked at again
	Checked    time.Time // when somebody last said that it is right
	Stale      Stale     // why it has to be looked at now
	StaleSince time.Time
	Source     string // the number of the record that it was drafted from
}

// Pages are the two languages of an article; one of them is enough.
type Pages struct{ En, Zh Page }

// Page is an article in one language, its text in markdown.
type Page struct{ Title, Text string }

// In is the page in the language asked for, else in the other one; other says
// that it is.
func (p Pages) In(lang string) (page Page, other bool) {
	first, second := p.En, p.Zh
	if strings.HasPrefix(lang, "zh") {
		first, second = second, first
	}
	if first == (Page{}) {
		return second, true
	}
	return first, false
}

// Title is the title in whatever languages there are.
func (p Pages) Title() string {
	if p.En.Title == "" || p.Zh.Title == "" || p.En.Title == p.Zh.Title {
		return p.Zh.Title + strings.TrimPrefix(p.En.Title, p.Zh.Title)
	}
	return p.Zh.Title + " / " + p.En.Title
}

// Audience says whom an article is for.
type Audience string

// The audiences, the widest first.
const (
	ForOfficials Audience = "officials" // everybody: it is offered on the portal
	ForStaff     Audience = "staff"
	ForTeam      Audience = "team"
)

// Stale says why an article has to be looked at.
type Stale string

// The reasons.
const (
	ReviewDue      Stale = "review"  // its day has come
	ItemChanged    Stale = "item"    // the configuration item that it names has changed
	ServiceChanged Stale = "service" // the service has
)

var (
	audiences = []string{string(ForOfficials), string(ForStaff), string(ForTeam)}
	reasons   = []string{string(ReviewDue), string(ItemChanged), string(ServiceChanged)}
)

// The longest title and text, in characters. Two titles make that of a record.
const (
	longestTitle = 95
	longestText  = 30_000
)

type field = record.Field[*Article]

// Sheet lists the fields of an article.
func Sheet() record.Sheet[*Article] {
	return append(headFields(),
		inside(record.TextField("title_en", longestTitle, func(a *Article) *string { return &a.Draft.En.Title })),
		inside(record.TextField("title_zh", longestTitle, func(a *Article) *string { return &a.Draft.Zh.Title })),
		inside(record.TextField("text_en", longestText, func(a *Article) *string { return &a.Draft.En.Text })),
		inside(record.TextField("text_zh", longestText, func(a *Article) *string { return &a.Draft.Zh.Text })),
		record.TextField("keywords", 500, func(a *Article) *string { return &a.Keywords }),
		record.RefField("category", record.Category, func(a *Article) *record.CategoryID { return &a.Category }),
		record.RefField("item", record.Item, func(a *Article) *record.ItemID { return &a.Item }),
		record.Fixed(record.ChoiceField("audience", audiences, func(a *Article) *Audience { return &a.Audience })),
		record.Fixed(record.RefField("crew", record.Team, func(a *Article) *people.TeamID { return &a.Crew })),
		record.Fixed(record.TextField("shown_title_en", longestTitle, func(a *Article) *string { return &a.Shown.En.Title })),
		record.Fixed(record.TextField("shown_title_zh", longestTitle, func(a *Article) *string { return &a.Shown.Zh.Title })),
		record.Fixed(record.TextField("shown_text_en", longestText, func(a *Article) *string { return &a.Shown.En.Text })),
		record.Fixed(record.TextField("shown_text_zh", longestText, func(a *Article) *string { return &a.Shown.Zh.Text })),
		record.Fixed(record.IntField("edition", 1, 100_000, func(a *Article) *int { return &a.Edition })),
		record.Fixed(record.MomentField("published", func(a *Article) *time.Time { return &a.Published })),
		record.Fixed(inside(record.RefField("reviewer", record.Person, func(a *Article) *people.ID { return &a.Reviewer }))),
		record.Fixed(inside(record.RefField("reviewed_by", record.Person, func(a *Article) *people.ID { return &a.ReviewedBy }))),
		record.Fixed(inside(record.MomentField("review_on", func(a *Article) *time.Time { return &a.ReviewOn }))),
		record.Fixed(inside(record.MomentField("checked", func(a *Article) *time.Time { return &a.Checked }))),
		record.Fixed(inside(record.ChoiceField("stale", reasons, func(a *Article) *Stale { return &a.Stale }))),
		record.Fixed(inside(record.MomentField("stale_since", func(a *Article) *time.Time { return &a.StaleSince }))),
		record.Fixed(inside(record.TextField("source", 40, func(a *Article) *string { return &a.Source }))),
	)
}

// written are the fields that make the text of an article.
var written = []string{"title_en", "title_zh", "text_en", "text_zh"}

// headFields are those of every record that an article has: its title follows
// from the pages, who reads it from the audience.
func headFields() record.Sheet[*Article] {
	var sheet record.Sheet[*Article]
	for _, f := range record.HeadFields[*Article]() {
		switch f.Name {
		case "title", "zone", "owner", "requester":
			sheet = append(sheet, record.Fixed(f))
		case "service":
			sheet = append(sheet, f)
		}
	}
	return sheet
}

// inside is a field that readers of the portal do not see.
func inside(f field) field {
	f.Hidden = true
	return f
}

// Words is what search knows of an article beside its title: what is read, not
// what is being written.
func (a *Article) Words() string {
	return a.Keywords + "\n" + a.Shown.En.Text + "\n" + a.Shown.Zh.Text
}

// InForce reports whether there is an edition to read.
func (a *Article) InForce() bool { return a.Edition > 0 && a.State != Retired }

// circle is who may read the article, see people.Circles. What is not yet, or no
// longer, in force is for those who work on it.
func (a *Article) circle() people.TeamID {
	switch {
	case a.Audience == ForTeam:
		return a.Crew
	case a.Audience == ForOfficials && a.InForce():
		return people.Everybody
	}
	return people.AllStaff
}
