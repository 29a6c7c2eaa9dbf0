package knowledge

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// ReviewDays are the working days in which a review is decided; the article goes
// back to its author when nobody does.
const ReviewDays = 10

// asReviewer is the capacity in which somebody reviews.
const asReviewer = "reviewer"

// Deeds are those of the knowledge base: the moves, the say on an article, and
// what readers do.
func Deeds() []string {
	return append(Flow.Names(), record.Consents, record.Declines, "rate", "import")
}

// Subject is what a reviewer consents to, as a hash: who changes the draft or who
// reads it asks anew.
func (a *Article) Subject() string {
	b, _ := json.Marshal([]any{a.Draft, a.Audience, a.Crew, a.Zone, a.ReviewOn.UTC()}) // texts and numbers are always written
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// ask has the draft reviewed: by whoever was named, else by one of those who may.
// Nobody reviews what he wrote or handed in, whoever he stands in for.
func (d *Desk) ask(s *sitting, a *Article) error {
	past, err := s.Past(a)
	if err != nil {
		return err
	}
	barred := authors(past)
	if s.By.ID != 0 && !slices.Contains(barred, s.By.ID) {
		barred = append(barred, s.By.ID)
	}
	if slices.Contains(barred, a.Reviewer) {
		return fault.At("reviewer", "knowledge.own_review")
	}
	seats := d.seats(a)
	if a.Reviewer != 0 && len(seats) == 0 {
		return fault.At("reviewer", "knowledge.cannot_review")
	}
	seats = slices.DeleteFunc(seats, func(one approval.Seat) bool { return slices.Contains(barred, one.Person) })
	if len(seats) == 0 {
		return fault.At("reviewer", "knowledge.no_reviewer")
	}
	return s.Ask(a, []approval.Stage{{
		Name: people.Text{En: "Review", Zh: "评审"}, Rule: approval.Any, Days: ReviewDays, Seats: seats,
	}}, barred...)
}

// seats are those who are asked, as far as they may review.
func (d *Desk) seats(a *Article) []approval.Seat {
	var out []approval.Seat
	switch {
	case d.Reviewers != nil:
		out = slices.Clone(d.Reviewers(a))
	case a.Reviewer != 0:
		out = []approval.Seat{{Person: a.Reviewer}}
	}
	if a.Reviewer != 0 {
		out = slices.DeleteFunc(out, func(one approval.Seat) bool { return one.Person != a.Reviewer })
	}
	for i := range out {
		out[i].As = asReviewer
	}
	return out
}

// decided publishes what was approved, and gives back to its author what nobody
// decided on in time or one refused: what has to be changed does not wait for the
// others who were asked.
func (d *Desk) decided(s *sitting, a *Article) error {
	rounds, err := s.Rounds(a)
	if err != nil || a.State != InReview || len(rounds) == 0 {
		return err
	}
	last := rounds[len(rounds)-1]
	refuses := func(seat approval.Seat) bool { return seat.Answer == approval.No }
	if last.Verdict == approval.Open && slices.ContainsFunc(last.Stages[last.At].Seats, refuses) {
		if err := s.Withdraw(a); err != nil {
			return err
		}
		return s.AsKilter(func() error { return s.Move(a, "send_back", record.Input{}) })
	}
	move := map[approval.Verdict]string{approval.Approved: "publish", approval.Refused: "send_back", approval.Lapsed: "lapsed"}[last.Verdict]
	if move == "" {
		return nil
	}
	for _, seat := range last.Stages[last.At].Seats {
		if move == "publish" && seat.Answer == approval.Yes {
			a.ReviewedBy = seat.By
		}
	}
	return s.AsKilter(func() error { return s.Move(a, move, record.Input{}) })
}
