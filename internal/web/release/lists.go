package release

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// partFields are those of the form that adds a part.
func (p *onePage) partFields() []part.Field {
	entry := part.Field{Name: "entry", Label: p.T("release.part.entry"), Kind: part.Choice, Required: true, Help: p.T("release.part.entry_help"), Options: []part.Option{{Label: p.T("release.choose")}}}
	for _, e := range p.Entries {
		entry.Options = append(entry.Options, part.Option{Value: decimal(e.ID), Label: e.Label()})
	}
	return p.form("part").Fields(
		part.Field{Name: "unit", Label: p.T("release.part.unit"), Required: true, Max: 200, Help: p.T("release.part.unit_help")},
		entry,
		part.Field{Name: "change", Label: p.T("release.part.change"), Required: true, Narrow: true, Hint: "CHG-2026-00042", Help: p.T("release.part.change_help")},
		part.Field{Name: "item", Label: p.T("release.part.item"), Kind: part.Choose, Load: "/items", Help: p.T("release.part.item_help")},
	)
}

func (s *sight) addPart(w http.ResponseWriter, r *http.Request) error {
	f, parts, err := s.forParts(r)
	if err != nil {
		return err
	}
	n, _ := number(r)
	one := release.Part{Unit: f.Get("unit"), Entry: f.ID("entry"), Change: f.Get("change"), Item: record.ItemID(f.ID("item"))}
	_, err = s.Desk.Compose(s.ctx, s.By, n, append(parts, one), seen(f))
	return s.did(w, r, f, deed{open: "parts", about: "part", row: "parts[" + strconv.Itoa(len(parts)+1) + "].", err: err})
}

func (s *sight) dropPart(w http.ResponseWriter, r *http.Request) error {
	f, parts, err := s.forParts(r)
	if err != nil {
		return err
	}
	n, _ := number(r)
	if i := nth(r); i >= 1 && i <= len(parts) {
		parts = slices.Delete(parts, i-1, i)
	}
	_, err = s.Desk.Compose(s.ctx, s.By, n, parts, seen(f))
	return s.did(w, r, f, deed{open: "parts", about: "part", err: err})
}

// forParts reads a form about the parts, and the parts.
func (s *sight) forParts(r *http.Request) (*web.Form, []release.Part, error) {
	n, err := number(r)
	if err != nil {
		return nil, nil, err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return nil, nil, err
	}
	one, err := s.Desk.Find(s.ctx, s.By, n)
	if err != nil {
		return nil, nil, err
	}
	parts, err := s.Desk.Told(s.By, one)
	return f, parts, err
}

// targetFields are those of the form that adds targets: one a line.
func (p *onePage) targetFields() []part.Field {
	wave := 0
	for _, t := range p.One.Targets {
		wave = max(wave, t.Wave)
	}
	return p.form("target").Fields(
		part.Field{Name: "names", Label: p.T("release.target.names"), Kind: part.Long, Required: true, Max: 20_000, Help: p.T("release.target.names_help")},
		part.Field{Name: "kind", Label: p.T("release.target.kind"), Kind: part.Choice, Plain: true, Options: options(p.sight, "release.place.", release.Places)},
		part.Field{Name: "wave", Label: p.T("release.target.wave"), Kind: part.Number, Narrow: true, Plain: true, Value: strconv.Itoa(wave), Help: p.T("release.target.wave_help")},
		part.Field{Name: "starts", Label: p.T("release.target.starts"), Kind: part.DateTime, Narrow: true},
		part.Field{Name: "ends", Label: p.T("release.target.ends"), Kind: part.DateTime, Narrow: true},
	)
}

func (s *sight) addTarget(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	one, err := s.Desk.Find(s.ctx, s.By, n)
	if err != nil {
		return err
	}
	targets := slices.Clone(one.Targets)
	wave, bad := strconv.Atoi(f.Get("wave"))
	if bad != nil {
		wave = -1 // which is out of range, and said so
	}
	t := release.Target{Kind: release.Place(f.Get("kind")), Wave: wave, Starts: s.moment(f, "starts"), Ends: s.moment(f, "ends")}
	for name := range strings.Lines(f.Get("names")) {
		if t.Name = strings.TrimSpace(name); t.Name != "" {
			targets = append(targets, t)
		}
	}
	if len(targets) == len(one.Targets) {
		f.Fault("names", s.T("record.required"))
	}
	if !f.Wrong() {
		_, err = s.Desk.Aim(s.ctx, s.By, n, targets, seen(f))
	}
	d := deed{open: "targets", about: "target", row: "targets[" + strconv.Itoa(len(one.Targets)+1) + "].", err: err}
	if f.Wrong() {
		p, err := s.one(r, d.open)
		if err != nil {
			return err
		}
		p.Form, p.About = f, d.about
		return p.show(w, r, http.StatusUnprocessableEntity)
	}
	return s.did(w, r, f, d)
}

func (s *sight) dropTarget(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	one, err := s.Desk.Find(s.ctx, s.By, n)
	if err != nil {
		return err
	}
	targets := slices.DeleteFunc(slices.Clone(one.Targets), func(t release.Target) bool { return t.ID == nth(r) })
	_, err = s.Desk.Aim(s.ctx, s.By, n, targets, seen(f))
	return s.did(w, r, f, deed{open: "targets", about: "target", err: err})
}

// on makes a deed of a page that needs no more of its form than do reads.
func (s *sight) on(w http.ResponseWriter, r *http.Request, open, about string, do func(*web.Form, record.Number) error) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	return s.did(w, r, f, deed{open: open, about: about, err: do(f, n)})
}

func (s *sight) deploy(w http.ResponseWriter, r *http.Request) error {
	return s.on(w, r, "targets", "deploy"+strconv.Itoa(nth(r)), func(f *web.Form, n record.Number) error {
		_, err := s.Desk.Deploy(s.ctx, s.By, n, nth(r), release.Fate(f.Get("to")), record.Input{Text: f.Get("text")})
		return err
	})
}

func (s *sight) verify(w http.ResponseWriter, r *http.Request) error {
	return s.on(w, r, "targets", "deploy"+strconv.Itoa(nth(r)), func(_ *web.Form, n record.Number) error {
		_, err := s.Desk.Verify(s.ctx, s.By, n, nth(r), record.Input{})
		return err
	})
}

// deployFields are those of the form that says what became of a target.
func (p *onePage) deployFields(t release.Target) []part.Field {
	turns := p.One.Turns(t)
	if len(turns) == 0 || !p.can(release.DeedDeploy) {
		return nil
	}
	return p.form("deploy"+strconv.Itoa(t.ID)).Fields(
		part.Field{Name: "to", Label: p.T("release.target.to"), Kind: part.Choice, Plain: true, Options: options(p.sight, "release.fate.", turns)},
		part.Field{Name: "text", Label: p.T("release.target.note"), Plain: true, Max: 2000, Help: p.T("release.target.note_help")},
	)
}

// mayVerify reports whether the reader may verify a target.
func (p *onePage) mayVerify(t release.Target) bool {
	return p.can(release.DeedVerify) && t.State == release.Done && t.Verified.IsZero() && t.By != p.By.ID && p.at(release.RollingOut, release.PartlyDeployed)
}

// fate shows what became of a target.
func (p *onePage) fate(t release.Target) (part.Tone, string) {
	switch t.State {
	case release.Done:
		if t.Verified.IsZero() {
			return part.Amber, "check"
		}
		return part.Jade, "checks"
	case release.Failed:
		return part.Vermilion, "x"
	case release.RolledBack:
		return part.Violet, "history"
	}
	return part.Slate, "clock"
}

// planning reports whether targets can still be planned.
func (p *onePage) planning() bool {
	v := p.One.Review()
	return p.can(release.DeedTarget) && p.at(release.Planned, release.Building, release.Testing, release.Acceptance, release.Readiness) && (v == nil || v.Decision == release.Undecided)
}

// says tells in words how far the roll-out is.
func (p *onePage) says() string {
	done, verified := 0, 0
	for _, t := range p.One.Targets {
		if t.State == release.Done {
			done++
		}
		if t.State == release.Done && !t.Verified.IsZero() {
			verified++
		}
	}
	return p.T("release.targets_say", "of", len(p.One.Targets), "done", done, "verified", verified)
}

func (p *onePage) testFields() []part.Field {
	return p.form("test").Fields(
		part.Field{Name: "test", Label: p.T("release.test"), Kind: part.Choice, Plain: true, Options: options(p.sight, "release.test.", release.Testings)},
		part.Field{Name: "passed", Label: p.T("release.test.result"), Kind: part.Choice, Plain: true, Options: []part.Option{{Value: "yes", Label: p.T("release.test.passed")}, {Value: "no", Label: p.T("release.test.failed")}}},
		part.Field{Name: "evidence", Label: p.T("release.test.evidence"), Kind: part.Long, Required: true, Max: 2000, Help: p.T("release.test.evidence_help")},
	)
}

func (s *sight) sign(w http.ResponseWriter, r *http.Request) error {
	return s.on(w, r, "tests", "test", func(f *web.Form, n record.Number) error {
		_, err := s.Desk.Sign(s.ctx, s.By, n, release.Signature{Test: release.Test(f.Get("test")), Passed: f.Get("passed") == "yes", Evidence: f.Get("evidence")}, record.Input{})
		return err
	})
}

// columns are the heads of a table, with one of deeds where there are any.
func (p *onePage) columns(deeds bool, keys ...string) (out []part.Column) {
	if deeds {
		keys = append(keys, "release.deeds")
	}
	for _, key := range keys {
		out = append(out, part.Column{Label: p.T(key)})
	}
	return out
}
