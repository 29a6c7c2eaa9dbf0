package record

// Span is a range of numbers of one kind and year, both ends included.
type Span struct{ Low, High Number }

// Series is what an auditor asks of the numbers of a kind in a year: that they
// run from 1 without a gap, or what became of those that nobody has. Numbers
// are never given twice while a later one is in use, so a gap stays.
type Series struct {
	Kind      Kind
	Year      int
	Records   int64
	Last      Number
	Withdrawn []Withdrawal // taken back with an import of history
	Missing   []Span       // without a reason: a record was removed by hand
}

// Withdrawal is a span that went with an import which was taken back.
type Withdrawal struct {
	Span
	Import int64
}

// Account explains gaps by withdrawals; what is left of a gap is missing. Both
// are in the order of their numbers.
func (s *Series) Account(gaps []Span, withdrawn []Withdrawal) {
	for _, gap := range gaps {
		for _, w := range withdrawn {
			w.Low, w.High = max(w.Low, gap.Low), min(w.High, gap.High)
			if w.Low > w.High {
				continue
			}
			if w.Low > gap.Low {
				s.Missing = append(s.Missing, Span{gap.Low, w.Low - 1})
			}
			s.Withdrawn = append(s.Withdrawn, w)
			gap.Low = w.High + 1
		}
		if gap.Low <= gap.High {
			s.Missing = append(s.Missing, gap)
		}
	}
}
