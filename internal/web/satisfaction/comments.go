package satisfaction

import (
	"cmp"
	"slices"
	"strconv"

	"kilter/internal/practice/survey"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/web/part"
)

// topic is what comments are about, in words.
func (p *page) topic(code string) string {
	switch code {
	case "":
		return p.T("wave.category_none")
	case wave.Elsewhere:
		return p.T("wave.category_other")
	}
	return p.dimension(code)
}

// topics are the categories, the greatest first, those not sorted yet last.
func (p *page) topics() []wave.Topic {
	out := slices.Clone(p.Topics.Rows)
	slices.SortStableFunc(out, func(a, b wave.Topic) int {
		if (a.Category == "") != (b.Category == "") {
			if a.Category == "" {
				return 1
			}
			return -1
		}
		return cmp.Compare(b.N, a.N)
	})
	return out
}

// topicGap is the gap of the dimension that comments are about.
func (p *page) topicGap(code string) survey.Figure {
	if d := p.Result.Dimensions[code]; d != nil {
		return d.Gap
	}
	return nil
}

func (p *page) wordsOn(code string) []wave.Comment {
	var out []wave.Comment
	for _, c := range p.Words {
		if c.Category == code && c.Side == wave.Users {
			out = append(out, c)
		}
	}
	return out
}

// asked is what a comment answers.
func (p *page) asked(c wave.Comment) string {
	if p.Paper != nil {
		for _, q := range p.Paper.Comments {
			if q.Code == c.Question {
				return q.Text.In(string(p.Lang()))
			}
		}
	}
	return ""
}

func (p *page) wordsAddress() string { return Path + "/" + strconv.FormatInt(p.ID, 10) + "/comments" }

func (p *page) topicPicture() part.Chart {
	c := part.Chart{Title: p.T("satisfaction.topics"), Kind: part.Across, Axis: p.T("satisfaction.topic"), Series: []part.Series{{Name: p.T("satisfaction.topics_n"), Tone: part.Slate}}}
	for _, row := range p.topics() {
		add(&c, p.topic(row.Category), float64(row.N))
	}
	return c
}

func (p *page) topicColumns() []part.Column {
	return []part.Column{
		{Label: p.T("satisfaction.topic"), Title: true},
		{Label: p.T("satisfaction.topics_n"), Number: true},
		{Label: p.T("satisfaction.topics_share"), Number: true},
		{Label: p.T("satisfaction.gap"), Number: true},
	}
}
