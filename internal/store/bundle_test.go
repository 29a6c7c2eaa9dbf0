package store_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sealed"
	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/cmdb"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

var bundleKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

func publicText() string {
	return base64.StdEncoding.EncodeToString(bundleKey.Public().(ed25519.PublicKey))
}

// packed makes a bundle of one server, whose memory is the sequence.
func packed(t testing.TB, change func(*intake.BundleHead), lines ...intake.BundleLine) []byte {
	t.Helper()
	head := intake.BundleHead{Version: 1, Source: "inner net", Key: publicText(), Sequence: 5, Exported: itemDay}
	if change != nil {
		change(&head)
	}
	var out bytes.Buffer
	w, err := intake.NewBundle(&out, bundleKey, head)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if err := w.Write(l); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func server(code string) intake.BundleLine {
	return intake.BundleLine{Item: &intake.BundleItem{Class: "server", Fields: map[string]string{"code": code, "name_zh": "服务器", "state": "live"}}}
}

// opened reads a bundle as the trusted keys allow.
func opened(text []byte, trust ...cmdb.TrustedKey) (cmdb.Report, error) {
	if trust == nil {
		trust = []cmdb.TrustedKey{{Key: publicText()}}
	}
	return intake.Bundle(bytes.NewReader(text), intake.Options{File: "b.ndjson", Trust: trust})
}

func TestABundleThatIsNotWholeOrNotTrustedIsRefused(t *testing.T) {
	t.Parallel()
	good := packed(t, nil, server("A"), server("B"))
	if _, err := opened(good); err != nil {
		t.Fatal(err)
	}
	line := func(n int) []byte { return bytes.SplitAfter(good, []byte("\n"))[n] }
	head := func(change func(*intake.BundleHead)) []byte { return packed(t, change, server("A")) }
	for name, c := range map[string]struct {
		text  []byte
		trust []cmdb.TrustedKey
		key   string
	}{
		"an unknown key":            {good, []cmdb.TrustedKey{{Key: "other"}}, "cmdb.bundle.unknown_key"},
		"a revoked key":             {good, []cmdb.TrustedKey{{Key: publicText(), Revoked: "2020-01-01"}}, "cmdb.bundle.revoked"},
		"a key of another source":   {good, []cmdb.TrustedKey{{Key: publicText(), Source: "outer net"}}, "cmdb.bundle.other_source"},
		"before it was trusted":     {good, []cmdb.TrustedKey{{Key: publicText(), Since: "2999-01-01"}}, "cmdb.bundle.too_early"},
		"a changed byte":            {bytes.Replace(good, []byte(`"A"`), []byte(`"C"`), 1), nil, "cmdb.bundle.changed"},
		"a cut tail":                {good[:bytes.LastIndexByte(good[:len(good)-1], '\n')+1], nil, "cmdb.bundle.cut"},
		"cut within the signature":  {good[:len(good)-20], nil, "cmdb.bundle.cut"},
		"an oversize line":          {bytes.Join([][]byte{line(0), bytes.Repeat([]byte("x"), sealed.MaxLine+1)}, nil), nil, "cmdb.bundle.long_line"},
		"a wrong version":           {head(func(h *intake.BundleHead) { h.Version = 2 }), nil, "cmdb.bundle.version"},
		"no sequence":               {head(func(h *intake.BundleHead) { h.Sequence = 0 }), nil, "cmdb.intake.unreadable"},
		"a source that is the hand": {head(func(h *intake.BundleHead) { h.Source = cmdb.Hand }), nil, "cmdb.intake.unreadable"},
		"a key that is none":        {head(func(h *intake.BundleHead) { h.Key = "AAAA" }), nil, "cmdb.bundle.bad_key"},
		"no bundle":                 {[]byte("{\"a\":1}\n{}\n"), nil, "cmdb.intake.unreadable"},
	} {
		_, err := opened(c.text, c.trust...)
		if list := fault.All(err); len(list) == 0 || list[0].Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

func TestAKeyIsTrustedFromItsDayAtTheCentre(t *testing.T) {
	t.Parallel()
	place := time.FixedZone("Asia/Shanghai", 8*60*60)
	trust := []cmdb.TrustedKey{{Key: publicText(), Since: "2026-12-01"}}
	for at, taken := range map[string]bool{
		"2026-11-30T23:50:00+08:00": false, "2026-12-01T00:10:00+08:00": true, "2026-12-01T07:59:00+08:00": true, "2026-12-01T23:50:00+08:00": true,
	} {
		text := packed(t, func(h *intake.BundleHead) { h.Exported, _ = time.Parse(time.RFC3339, at) }, server("A"))
		_, err := intake.Bundle(bytes.NewReader(text), intake.Options{File: "b.ndjson", Trust: trust, Place: place})
		if list := fault.All(err); (err == nil) != taken || err != nil && list[0].Key != "cmdb.bundle.too_early" {
			t.Errorf("made at %s: %v", at, err)
		}
	}
}

func TestBundlesOfASourceRise(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		draft := func(sequence int64, code string) (cmdb.Import, error) {
			rep, err := opened(packed(t, func(h *intake.BundleHead) { h.Sequence = sequence }, server(code)))
			if err != nil {
				t.Fatal(err)
			}
			in, _, err := o.reconciler().Draft(t.Context(), o.manager, rep)
			return in, err
		}
		refused := func(what string, err error) {
			t.Helper()
			if list := fault.All(err); len(list) == 0 || !strings.HasPrefix(list[0].Key, "cmdb.bundle.old") {
				t.Errorf("%s: %v", what, err)
			}
		}
		five, err := draft(5, "A")
		if err != nil {
			t.Fatal(err)
		}
		older, err := draft(4, "B") // a draft binds nobody yet
		if err != nil {
			t.Fatal(err)
		}
		again, err := draft(5, "A")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.reconciler().Approve(t.Context(), o.manager, five.ID, nil); err != nil {
			t.Fatal(err)
		}
		if kept, err := o.reconciler().One(t.Context(), five.ID); err != nil || kept.Seal.Key != publicText() || kept.Seal.Sequence != 5 || !kept.Seal.Exported.Equal(itemDay) {
			t.Errorf("the seal is kept: %+v, %v", kept.Seal, err)
		}
		_, err = o.reconciler().Approve(t.Context(), o.manager, older.ID, nil)
		refused("an older draft approved", err)
		_, err = o.reconciler().Approve(t.Context(), o.manager, again.ID, nil)
		refused("a replayed draft approved", err)
		_, err = draft(5, "A")
		refused("replayed", err)
		_, err = draft(3, "A")
		refused("older", err)
		if in, err := draft(6, "A"); err != nil || in.Counts[cmdb.Same] != 1 {
			t.Errorf("newer: %+v, %v", in, err)
		}
		if _, _, err := o.reconciler().Undo(t.Context(), o.manager, five.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := o.reconciler().Approve(t.Context(), o.manager, older.ID, nil); err != nil {
			t.Errorf("the way out, undoing the newer one: %v", err)
		}
		one, err := db.NextBundle(t.Context(), "here", itemDay)
		two, err2 := db.NextBundle(t.Context(), "here", itemDay.Add(-time.Hour))
		if err != nil || err2 != nil || one != itemDay.Unix() || two != one+1 {
			t.Errorf("sequences %d and %d, %v, %v", one, two, err, err2)
		}
	})
}

func TestALineOfABundleThatCannotBeUsedIsCounted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		tie := func(group string) intake.BundleLine {
			return intake.BundleLine{Relation: &intake.BundleRelation{Source: "A", Target: "B", Type: "depends_on", Group: group}}
		}
		group := intake.BundleLine{Group: &intake.BundleGroup{ID: "g", Item: "A", NameZh: "双机", Need: 1, Least: 50}}
		rep, err := opened(packed(t, nil, server("A"), server("B"), intake.BundleLine{}, group, tie("g"), tie("h")))
		if err != nil {
			t.Fatal(err)
		}
		in, plan := o.run(t, rep)
		if in.Counts[cmdb.Add] != 3 || in.Counts[cmdb.Faulty] != 2 || plan.Lines[2].Line != 4 || plan.Ties[1].Faults[0].Field != "group" {
			t.Errorf("counts %+v, lines %+v, ties %+v", in.Counts, plan.Lines, plan.Ties)
		}
		groups, err := db.Graph().Groups(t.Context())
		if err != nil || len(groups) != 1 || groups[0].Least != 50 || groups[0].Name.Zh != "双机" || groups[0].Item != o.byCode(t, "A").ID {
			t.Errorf("redundancy: %+v, %v", groups, err)
		}
	})
}
