package cmdb

import (
	"crypto/ed25519"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/setting"
)

// TrustedKey is whose bundles are taken: a centre on the other side of a gate
// that only media cross.
type TrustedKey struct {
	Key     string `json:"key"`               // the public key, in base64
	Source  string `json:"source,omitempty"`  // the only source that it speaks for; empty: any
	Since   string `json:"since,omitempty"`   // day from which on bundles are taken
	Revoked string `json:"revoked,omitempty"` // day on which it was revoked: no bundle of it is taken any more
}

// PublicKey reads a public key as people hand it on.
func PublicKey(text string) (ed25519.PublicKey, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, fault.At("key", "cmdb.bundle.bad_key")
	}
	return raw, nil
}

// TrustedKeys are the keys that a centre trusts, retired ones left out.
func TrustedKeys(all *setting.All) ([]TrustedKey, error) {
	var out []TrustedKey
	for _, t := range all.Of(setting.TrustedKey) {
		if t.Retired {
			continue
		}
		k, err := setting.Read[TrustedKey](*t)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

// Vouched says why a bundle that a key signed is not taken: nobody trusts the
// key, or not for this source, or not on the centre's day on which it was made.
func Vouched(trusted []TrustedKey, key, source string, exported time.Time) error {
	n := slices.IndexFunc(trusted, func(k TrustedKey) bool { return k.Key == key })
	if n < 0 {
		return fault.At("file", "cmdb.bundle.unknown_key").With("key", key)
	}
	k := trusted[n]
	switch {
	case k.Revoked != "":
		return fault.At("file", "cmdb.bundle.revoked").With("key", key).With("day", k.Revoked)
	case k.Source != "" && k.Source != source:
		return fault.At("file", "cmdb.bundle.other_source").With("source", source).With("own", k.Source)
	case k.Since != "" && exported.Format(time.DateOnly) < k.Since:
		return fault.At("file", "cmdb.bundle.too_early").With("day", k.Since)
	}
	return nil
}

func trustSheet() setting.Sheet {
	type D = TrustedKey
	s := setting.NewSheet[D](setting.TrustedKey, 0,
		setting.TextOf("key", 60, func(d *D) *string { return &d.Key }).Must().InList(),
		setting.TextOf("source", 60, func(d *D) *string { return &d.Source }).InList(),
		dayField("since", func(d *D) *string { return &d.Since }).InList(),
		dayField("revoked", func(d *D) *string { return &d.Revoked }).InList(),
	)
	s.Check = func(all *setting.All, f *setting.Form) error {
		d := f.Doc.(*D)
		if _, err := PublicKey(d.Key); err != nil {
			return err
		}
		for _, t := range all.Of(setting.TrustedKey) {
			if other, err := setting.Read[D](*t); err == nil && t.ID != f.ID && other.Key == d.Key {
				return fault.At("key", "cmdb.bundle.key_twice").With("code", t.Code)
			}
		}
		return nil
	}
	return s
}

// dayField is a day, as 2026-12-01.
func dayField[D any](name string, at func(*D) *string) setting.Attribute {
	a := setting.TextOf(name, len(time.DateOnly), at)
	set := a.Set
	a.Type = setting.Date
	a.Set = func(f *setting.Form, v string) error {
		if _, err := time.Parse(time.DateOnly, v); v != "" && err != nil {
			return fault.At(name, "record.not_a_date")
		}
		return set(f, v)
	}
	return a
}
