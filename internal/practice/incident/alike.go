package incident

import (
	"context"
	"slices"
	"strconv"

	"kilter/internal/base/words"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// mostAlike is how many similar incidents are shown.
const mostAlike = 6

// Alike lists the incidents that are most like one, as far as the actor sees
// them: of the same service and the same category or item, or with the same
// words. Open ones come first, then those with the most words in common, then
// the newest. Find may be nil: then words alone bring nothing in.
func (d *Desk) Alike(ctx context.Context, by people.Actor, i *Incident, find record.Finder) ([]record.Row, error) {
	if err := by.May("incident.read"); err != nil {
		return nil, err
	}
	var found []record.Row
	for _, same := range i.kinship() {
		rows, err := d.Ledger.List(ctx, by.Scope, record.Query{Kind: record.Incident, Where: same, Order: record.Newest, Limit: 25, Now: d.Now()})
		if err != nil {
			return nil, err
		}
		found = append(found, rows...)
	}
	if find != nil {
		told, err := find.Search(ctx, by.Scope, record.Search{Text: i.Title, Kind: record.Incident, Limit: 15, Now: d.Now(), Inner: by.Staff})
		if err != nil {
			return nil, err
		}
		for _, h := range told.Hits {
			found = append(found, h.Row)
		}
	}
	return nearest(i, found), nil
}

// kinship are the conditions that what is like an incident meets: with the
// same service, open or not, the category or the item too.
func (i *Incident) kinship() []query.Node {
	var same []query.Node
	if i.Category != 0 {
		same = append(same, query.Is("category", strconv.FormatInt(int64(i.Category), 10)))
	}
	if i.Item != 0 {
		same = append(same, query.Is("item", strconv.FormatInt(int64(i.Item), 10)))
	}
	if i.Service == 0 || len(same) == 0 {
		return nil
	}
	all := query.All(query.Is("service", strconv.FormatInt(int64(i.Service), 10)), query.Any(same...))
	return []query.Node{query.All(query.Is("open", "true"), all), all}
}

// nearest orders what was found by how near it is, and leaves out the incident
// itself.
func nearest(i *Incident, found []record.Row) []record.Row {
	own := words.Tokens(i.Title)
	near := map[int64]int{}
	var out []record.Row
	for _, r := range found {
		if _, held := near[r.ID]; held || r.ID == i.ID {
			continue
		}
		for _, w := range words.Tokens(r.Title) {
			if slices.Contains(own, w) {
				near[r.ID]++
			}
		}
		near[r.ID] += 0
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b record.Row) int {
		switch {
		case a.Live != b.Live && a.Live:
			return -1
		case a.Live != b.Live:
			return 1
		case near[a.ID] != near[b.ID]:
			return near[b.ID] - near[a.ID]
		}
		return b.Opened.Compare(a.Opened)
	})
	return out[:min(len(out), mostAlike)]
}
