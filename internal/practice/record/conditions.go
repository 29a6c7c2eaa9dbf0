package record

import (
	"slices"
	"strconv"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/setting"
)

// conditionTypes says how the types of a sheet are compared.
var conditionTypes = map[Type]query.Field{
	Items: {Type: query.Item, Many: true}, Text: {Type: query.Text}, Long: {Type: query.Text}, Int: {Type: query.Number}, Choice: {Type: query.Choice},
	Bool: {Type: query.Flag}, Moment: {Type: query.Moment}, Person: {Type: query.Person}, Item: {Type: query.Item}, Record: {Type: query.Record},
	Team:       {Type: query.Thing, Of: setting.Team},
	Service:    {Type: query.Thing, Of: setting.Service},
	Department: {Type: query.Thing, Of: setting.Department},
	Zone:       {Type: query.Thing, Of: setting.Zone},
	Category:   {Type: query.Thing, Of: setting.Category},
	Cause:      {Type: query.Thing, Of: setting.Cause},
	Offering:   {Type: query.Thing, Of: setting.Offering},
	Model:      {Type: query.Thing, Of: setting.ChangeModel},
}

// Conditions lists what a condition on records of a practice can name: the
// fields of every record, those of its sheet, and the centre's own (named
// x.something).
func Conditions[R Body](f flow.Flow[R], sheet Sheet[R], own ...query.Field) query.Fields {
	states := query.States(f.States()...)
	for i, s := range f.States() {
		states[i].Open = strconv.FormatBool(f.Live(s))
	}
	fs := query.Head(states...)
	for _, s := range sheet {
		if _, ok := fs.Find(s.Name); ok {
			continue
		}
		q := conditionTypes[s.Type]
		q.Name, q.Also = s.Name, query.Known[s.Name]
		for _, c := range s.Choices {
			q.Choices = append(q.Choices, query.Option{Code: c})
		}
		fs = append(fs, q)
	}
	return append(fs, slices.Clone(own)...)
}

// Condition is what a condition can say about the field, under x. and its code.
func (f Own) Condition() query.Field {
	q := query.Field{Name: "x." + f.Code, Type: query.Text}
	switch f.Type {
	case Int:
		q.Type = query.Number
	case Choice:
		q.Type = query.Choice
	case Bool:
		q.Type = query.Flag
	case Moment:
		q.Type = query.Moment
	case Decimal:
		q.Type = query.Decimal
	case Date:
		q.Type = query.Day
	}
	for _, c := range f.Choices {
		q.Choices = append(q.Choices, query.Option{Code: c.Code, Name: people.Text{En: c.En, Zh: c.Zh}})
	}
	return q
}
