package maturity

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// What a set of questions holds at the most.
const (
	MostQuestions = 100 // of one process
	mostTopic     = 100
	mostSetName   = 200 // of the framework, of a process
	mostStatement = 1000
	mostMetric    = 80
	mostOthers    = 20
	mostWindow    = 3660
	mostMinN      = 1_000_000
	mostClauses   = 12
	mostClause    = 20
	mostSetFaults = 30
)

// ITSSElements are the elements of ITSS.1 that a statement can bear on.
var ITSSElements = []string{"management", "people", "resources", "technology", "process"}

// Kinds are the kinds of evidence, in the order in which they are chosen.
var Kinds = []Kind{Auto, Document, Role, Training, Meeting, Survey, Manual}

// Measured says whether the kind is answered by a metric.
func (k Kind) Measured() bool { return k == Auto || k == Meeting || k == Survey }

// Metric says whether there is a metric of a name, and whether it is a share.
type Metric func(id string) (share, known bool)

var questionID = regexp.MustCompile(`^[A-Z]{2,3}-[0-9.]{1,4}-[0-9]{1,4}$`)

// ReadSet reads a set that somebody hands over: its rule, defaults and processes
// with their questions. A fault names a field that there is not.
func ReadSet(text []byte) (*Set, error) {
	s := &Set{}
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	dec.DisallowUnknownFields()
	if err := dec.Decode(s); err != nil {
		if f := fault.All(err); len(f) > 0 {
			return nil, err
		}
		return nil, fault.At("set", "maturity.set.not_read").With("why", err.Error())
	}
	if odd := s.index(); odd != "" {
		return nil, fault.At("set", "maturity.set.odd_id").With("value", odd)
	}
	return s, nil
}

// Tidy trims the texts of a set and leaves out what the kinds of its evidence do not
// have. A set that ships is tidy.
func (s *Set) Tidy() {
	for i := range s.Processes {
		part := &s.Processes[i]
		part.Name = part.Name.Trim()
		for j := range part.Questions {
			part.Questions[j].Tidy()
		}
	}
}

// Tidy trims the texts of a question and leaves out what the kind of its evidence
// does not have.
func (q *Question) Tidy() {
	q.Topic, q.Text = q.Topic.Trim(), q.Text.Trim()
	e := &q.Evidence
	e.What, e.Metric = strings.TrimSpace(e.What), strings.TrimSpace(e.Metric)
	switch {
	case e.Kind.Measured():
		e.What = ""
	case e.Kind == Manual:
		*e = Evidence{Kind: Manual}
	case slices.Contains(Kinds, e.Kind):
		*e = Evidence{Kind: e.Kind, What: e.What}
	}
}

// Check says what is wrong with a set; ready demands all that an assessment needs.
func (s *Set) Check(m Metric, ready bool) error {
	c := &setCheck{metric: m}
	if s.Rule.OthersAtLeast < 0 || s.Rule.OthersAtLeast > mostOthers {
		c.wrong("others_at_least", "maturity.set.number", "min", 0, "max", mostOthers)
	}
	for _, l := range slices.Sorted(maps.Keys(s.Rule.At)) {
		if n := s.Rule.At[l]; l < Bottom || n < 0 || n > mostOthers {
			c.wrong("others_at_least."+l.String(), "maturity.set.number", "min", 0, "max", mostOthers)
		}
	}
	if d := s.Defaults; d.MinN < 1 || d.MinN > mostMinN {
		c.wrong("min_n", "maturity.set.number", "min", 1, "max", mostMinN)
	}
	if d := s.Defaults; !(d.TrainShare > 0 && d.TrainShare <= 1) {
		c.wrong("train_share", "maturity.set.share")
	}
	if d := s.Defaults; d.DocMaxAgeDays < 1 || d.DocMaxAgeDays > mostWindow {
		c.wrong("doc_max_age_days", "maturity.set.number", "min", 1, "max", mostWindow)
	}
	c.bounded("framework", s.Framework, mostSetName)
	codes := []Process{}
	for i := range s.Processes {
		part := &s.Processes[i]
		codes = append(codes, part.Code)
		c.text("processes."+string(part.Code)+".name", part.Name, mostSetName)
		if len(part.Questions) > MostQuestions {
			c.wrong("questions", "maturity.set.too_many", "max", MostQuestions)
			return c.many.Err()
		}
		for j := range part.Questions {
			c.question(part.Questions[j].ID+".", &part.Questions[j])
		}
		if ready {
			for _, l := range Levels() {
				if len(part.At(l)) == 0 {
					c.wrong("questions", "maturity.set.empty_level", "process", part.Code, "level", l)
				}
			}
		}
	}
	if !slices.Equal(codes, Processes()) {
		c.wrong("processes", "maturity.set.processes")
	}
	if _, odd := s.ids(); odd != "" {
		c.wrong("questions", "maturity.set.odd_id", "value", odd)
	}
	return c.many.Err()
}

// Check says what is wrong with a statement, by field.
func (q *Question) Check(m Metric) error {
	c := &setCheck{metric: m}
	c.question("", q)
	return c.many.Err()
}

type setCheck struct {
	metric Metric
	many   fault.Many
}

func (c *setCheck) wrong(field, key string, args ...any) {
	if len(c.many) >= mostSetFaults {
		return
	}
	f := fault.At(field, key)
	for i := 0; i+1 < len(args); i += 2 {
		f = f.With(fmt.Sprint(args[i]), args[i+1])
	}
	c.many = append(c.many, f)
}

func (c *setCheck) text(field string, t people.Text, most int) {
	if t.Trim() == (people.Text{}) {
		c.wrong(field+"_en", "record.required")
	}
	for _, is := range []struct{ lang, text string }{{"_en", t.En}, {"_zh", t.Zh}} {
		c.bounded(field+is.lang, is.text, most)
	}
}

func (c *setCheck) bounded(field, text string, most int) {
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > most {
		c.wrong(field, "record.too_long", "max", most)
	}
}

func (c *setCheck) question(at string, q *Question) {
	if !questionID.MatchString(q.ID) || !q.Process().Known() {
		c.wrong(at+"id", "maturity.set.odd_id", "value", q.ID)
	}
	if q.Level < Bottom || q.Level > Top {
		c.wrong(at+"level", "maturity.no_level", "value", q.Level)
	}
	c.text(at+"topic", q.Topic, mostTopic)
	c.text(at+"text", q.Text, mostStatement)
	if len(q.ISO20000) > mostClauses {
		c.wrong(at+"iso20000", "maturity.set.clauses", "max", mostClauses)
	}
	for _, clause := range q.ISO20000 {
		if clause == "" || len(clause) > mostClause || strings.Trim(clause, "0123456789.") != "" {
			c.wrong(at+"iso20000", "maturity.set.clause", "value", clause)
		}
	}
	for i, e := range q.ITSS {
		if !slices.Contains(ITSSElements, e) || slices.Contains(q.ITSS[:i], e) {
			c.wrong(at+"itss", "record.not_a_choice")
		}
	}
	c.evidence(at, q.Evidence)
}

// evidence checks what answers a statement.
func (c *setCheck) evidence(at string, e Evidence) {
	if !slices.Contains(Kinds, e.Kind) {
		c.wrong(at+"kind", "record.not_a_choice")
		return
	}
	if !e.Kind.Measured() {
		if e.Kind != Manual && e.What == "" {
			c.wrong(at+"what", "record.required")
		}
		if utf8.RuneCountInString(e.What) > mostMetric {
			c.wrong(at+"what", "record.too_long", "max", mostMetric)
		}
		return
	}
	id, _, _ := strings.Cut(e.Metric, ":")
	share, known := c.metric(id)
	if !known || len(e.Metric) > mostMetric || !utf8.ValidString(e.Metric) {
		c.wrong(at+"metric", "maturity.set.no_metric", "value", e.Metric)
	}
	if e.Op != ">=" && e.Op != "<=" {
		c.wrong(at+"op", "record.not_a_choice")
	}
	const most = 1e9
	if math.IsNaN(e.Value) || math.Abs(e.Value) > most || share && (e.Value < 0 || e.Value > 1) {
		c.wrong(at+"value", "maturity.set.value")
	}
	if e.Days < 0 || e.Days > mostWindow {
		c.wrong(at+"window_days", "maturity.set.number", "min", 0, "max", mostWindow)
	}
	if e.MinN < 0 || e.MinN > mostMinN {
		c.wrong(at+"min_n", "maturity.set.number", "min", 0, "max", mostMinN)
	}
}

// Put replaces the statement of an id, or adds one; where it belongs is by its
// level, after those of the same.
func (s *Set) Put(q Question) bool {
	for i := range s.Processes {
		part := &s.Processes[i]
		if part.Code != q.Process() {
			continue
		}
		was := slices.IndexFunc(part.Questions, func(o Question) bool { return o.ID == q.ID })
		if was >= 0 && part.Questions[was].Level == q.Level {
			part.Questions[was] = q
		} else {
			if was >= 0 {
				part.Questions = slices.Delete(part.Questions, was, was+1)
			}
			part.Questions = append(part.Questions, q)
			slices.SortStableFunc(part.Questions, func(a, b Question) int { return int(a.Level - b.Level) })
		}
		s.index()
		return true
	}
	return false
}

// Remove takes a statement out.
func (s *Set) Remove(id string) bool {
	for i := range s.Processes {
		part := &s.Processes[i]
		if at := slices.IndexFunc(part.Questions, func(q Question) bool { return q.ID == id }); at >= 0 {
			part.Questions = slices.Delete(part.Questions, at, at+1)
			s.index()
			return true
		}
	}
	return false
}

// Numbers are the highest numbers of statements that were ever used, by process
// and level as ids begin: "SD-1.5".
type Numbers map[string]int

// Numbers are those of a set.
func (s *Set) Numbers() Numbers {
	out := Numbers{}
	for _, part := range s.Processes {
		for _, q := range part.Questions {
			cut := strings.LastIndex(q.ID, "-")
			if n, err := strconv.Atoi(q.ID[cut+1:]); err == nil && cut > 0 {
				out[q.ID[:cut]] = max(out[q.ID[:cut]], n)
			}
		}
	}
	return out
}

// Over takes the higher one of each place.
func (n Numbers) Over(others Numbers) {
	for place, most := range others {
		n[place] = max(n[place], most)
	}
}

// NextID is the id of a new statement of a level: its number is above all that
// were used there, so that no id ever means two statements.
func NextID(p Process, l Level, used ...Numbers) string {
	place, most := string(p)+"-"+l.String(), 0
	for _, n := range used {
		most = max(most, n[place])
	}
	return place + "-" + strconv.Itoa(most+1)
}

// Edit is how a statement differs between two sets.
type Edit string

// The edits.
const (
	Added   Edit = "added"
	Removed Edit = "removed"
	Changed Edit = "changed"
)

// Difference is one statement that is not the same in two sets.
type Difference struct {
	Question string
	What     Edit
	Fields   []string // of one that changed: level, mandatory, topic, text, evidence, iso20000, itss
}

// Since lists the statements that are not those of an earlier set, in the order of
// this one, those that were removed at the end of their process.
func (s *Set) Since(earlier *Set) []Difference {
	var out []Difference
	for _, part := range s.Processes {
		for _, q := range part.Questions {
			was, there := earlier.Question(q.ID)
			if !there {
				out = append(out, Difference{Question: q.ID, What: Added})
			} else if fields := q.differs(was); len(fields) > 0 {
				out = append(out, Difference{q.ID, Changed, fields})
			}
		}
		for _, q := range earlier.Part(part.Code).Questions {
			if _, there := s.Question(q.ID); !there {
				out = append(out, Difference{Question: q.ID, What: Removed})
			}
		}
	}
	return out
}

func (q Question) differs(o Question) (fields []string) {
	for _, f := range []struct {
		name string
		same bool
	}{
		{"level", q.Level == o.Level},
		{"mandatory", q.Mandatory == o.Mandatory},
		{"topic", q.Topic == o.Topic},
		{"text", q.Text == o.Text},
		{"evidence", q.Evidence == o.Evidence},
		{"iso20000", slices.Equal(q.ISO20000, o.ISO20000)},
		{"itss", slices.Equal(q.ITSS, o.ITSS)},
	} {
		if !f.same {
			fields = append(fields, f.name)
		}
	}
	return fields
}
