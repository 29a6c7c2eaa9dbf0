package app

import (
	"cmp"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// bundleCmd makes signed bundles; kilter import bundle reads them.
type bundleCmd struct {
	Key    bundleKeyCmd    `cmd:"" help:"cli.bundle.key"`
	Export bundleExportCmd `cmd:"" help:"cli.bundle.export"`
}

type bundleKeyCmd struct {
	File string `arg:"" help:"cli.bundle_key.file" placeholder:"FILE" is:"outfile"`
	JSON bool   `help:"cli.json"`
}

// Run makes a pair of keys.
func (c bundleKeyCmd) Run(env *Env) error {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fault.At("file", "cmdb.bundle.key_exists").With("file", c.File)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(pem.Encode(f, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), f.Close()); err != nil {
		return err
	}
	text := base64.StdEncoding.EncodeToString(public)
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]string{"file": c.File, "public_key": text})
	}
	_, err = fmt.Fprintln(env.Out, text)
	return err
}

// signingKey reads a private key that bundle key has written.
func signingKey(file string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if block, _ := pem.Decode(text); block != nil {
		if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
			if private, ok := key.(ed25519.PrivateKey); ok {
				return private, nil
			}
		}
	}
	return nil, fault.At("key", "cmdb.bundle.no_private_key").With("file", file) // never what stands in it
}

type bundleExportCmd struct {
	File    string   `arg:"" help:"cli.bundle_export.file" placeholder:"FILE" is:"outfile"`
	Key     string   `help:"cli.bundle_export.key" required:"" placeholder:"FILE" is:"infile"`
	Source  string   `help:"cli.bundle_export.source" placeholder:"NAME"`
	Classes []string `help:"cli.bundle_export.classes" placeholder:"CLASS"`
	Zone    []string `help:"cli.bundle_export.zone" placeholder:"CODE"`
	JSON    bool     `help:"cli.bundle_export.json"`
}

// Run writes a bundle.
func (c bundleExportCmd) Run(env *Env) (err error) {
	key, err := signingKey(c.Key)
	if err != nil {
		return err
	}
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	w := &bundleWriter{graphWriter: graphWriter{settingsWriter: settingsWriter{house: h, bar: progress{env: env}, codes: map[string]string{}}, by: people.System(people.ViaShell), labels: map[record.ItemID]string{}}}
	defer w.bar.end()
	if err := w.filter(c.Classes, c.Zone); err != nil {
		return err
	}
	head := intake.BundleHead{Version: intake.BundleVersion, Source: c.Source, Exported: Now().UTC()}
	head.Key = base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
	if t := h.settings.All().Coded(setting.Centre, directory.CentreCode); t != nil {
		head.Source = cmp.Or(head.Source, t.Label("en"))
	}
	if head.Source = cmp.Or(head.Source, exportedFrom); len(head.Source) > 60 || head.Source == cmdb.Hand {
		return fault.At("source", "cmdb.map.no_source")
	}
	if head.Sequence, err = h.db.NextBundle(env.Context, head.Source, head.Exported); err != nil {
		return err
	}
	row := audit.By(w.by, Now(), cmdb.DeedExport, "item_bundle")
	row.Detail = audit.Detail("source", head.Source, "sequence", head.Sequence, "key", head.Key)
	if err := h.db.Note(env.Context, row); err != nil {
		return err
	}
	if err := w.write(c.File, key, head); err != nil {
		return err
	}
	w.bar.end()
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{"file": c.File, "source": head.Source, "sequence": head.Sequence, "key": head.Key, "items": len(w.codes), "relations": w.ties})
	}
	_, err = fmt.Fprintln(env.Out, env.Words.T("cmdb.bundle.written", "file", c.File, "items", len(w.codes), "relations", w.ties, "sequence", head.Sequence, "source", head.Source))
	return err
}

// bundleWriter writes items and relations into a bundle.
type bundleWriter struct {
	graphWriter
	out     *intake.BundleWriter
	classes []cmdb.Class
	zones   []int64
	codes   map[record.ItemID]string // labels of the items that are in it
	ties    int
}

// filter reads which items are wanted.
func (w *bundleWriter) filter(classes, zones []string) error {
	w.codes = map[record.ItemID]string{}
	for _, c := range classes {
		if w.model().Class(cmdb.Class(c)) == nil {
			return fault.At("classes", "cmdb.no_such_class").With("class", c)
		}
		w.classes = append(w.classes, cmdb.Class(c))
	}
	all := w.house.settings.All()
	for _, code := range zones {
		t := all.Coded(setting.Zone, code)
		if t == nil {
			return fault.At("zone", "setting.no_such").With("kind", "zone").With("id", code)
		}
		w.zones = append(append(w.zones, t.ID), all.Below(t.ID)...)
	}
	return nil
}

func (w *bundleWriter) wants(i *cmdb.Item) bool {
	return (len(w.classes) == 0 || slices.ContainsFunc(w.classes, func(c cmdb.Class) bool { return w.model().Is(i.Class, c) })) &&
		(len(w.zones) == 0 || slices.Contains(w.zones, int64(i.Zone)))
}

func (w *bundleWriter) write(file string, key ed25519.PrivateKey, head intake.BundleHead) error {
	to, end, err := written(w.env, file)
	if err != nil {
		return err
	}
	if w.out, err = intake.NewBundle(to, key, head); err == nil {
		err = w.all()
	}
	if err == nil {
		err = w.out.Close()
	}
	return end(err)
}

func (w *bundleWriter) all() error {
	q := cmdb.Query{Limit: 500}
	desk := w.house.items()
	for {
		page, err := desk.List(w.env.Context, w.by, q)
		if err != nil {
			return err
		}
		if err := w.refer(page); err != nil {
			return err
		}
		for n := range page {
			if err := w.item(&page[n]); err != nil {
				return err
			}
		}
		if len(page) < q.Limit {
			break
		}
		q.After = cmdb.After(&page[len(page)-1], q.Order)
	}
	return w.joined()
}

func (w *bundleWriter) item(i *cmdb.Item) error {
	if !w.wants(i) {
		return nil
	}
	fields := map[string]string{}
	for _, name := range w.model().Names(i.Class) {
		v, err := w.value(i, name)
		if err != nil {
			return err
		}
		if v != "" && name != "class" {
			fields[name] = v
		}
	}
	w.codes[i.ID] = i.Code
	w.bar.show("export.writing", len(w.codes), 0)
	return w.out.Write(intake.BundleLine{Item: &intake.BundleItem{Class: i.Class, Fields: fields}})
}

// joined writes the redundancies, then the relations of which both ends are in
// the bundle.
func (w *bundleWriter) joined() error {
	groups, err := w.db.Graph().Groups(w.env.Context)
	if err != nil {
		return err
	}
	ids := map[cmdb.GroupID]string{}
	named := map[string]bool{}
	for _, g := range groups {
		code := w.codes[g.Item]
		if code == "" {
			continue
		}
		line := &intake.BundleGroup{ID: strconv.FormatInt(int64(g.ID), 10), Item: code, NameEn: g.Name.En, NameZh: g.Name.Zh, Need: g.Need, Least: g.Least}
		for named[code+"\x00"+line.NameEn+"\x00"+line.NameZh] { // the other side knows them by name
			line.NameEn += " *"
		}
		named[code+"\x00"+line.NameEn+"\x00"+line.NameZh] = true
		ids[g.ID] = line.ID
		if err := w.out.Write(intake.BundleLine{Group: line}); err != nil {
			return err
		}
	}
	all := make([]record.ItemID, 0, len(w.codes))
	for id := range w.codes {
		all = append(all, id)
	}
	slices.Sort(all)
	for some := range slices.Chunk(all, 500) {
		if err := w.relationsOf(some, ids); err != nil {
			return err
		}
	}
	return nil
}

// relationsOf writes the relations that begin at one of the items, which are in
// order.
func (w *bundleWriter) relationsOf(items []record.ItemID, groups map[cmdb.GroupID]string) error {
	list, err := w.db.Relations().Touching(w.env.Context, false, items...)
	if err != nil {
		return err
	}
	for _, r := range list {
		if _, begins := slices.BinarySearch(items, r.Source); !begins || w.codes[r.Target] == "" {
			continue
		}
		w.ties++
		line := &intake.BundleRelation{Source: w.codes[r.Source], Target: w.codes[r.Target], Type: r.Type, Group: groups[r.Group], Share: r.Share, Gate: r.Gate, Note: r.Note}
		if err := w.out.Write(intake.BundleLine{Relation: line}); err != nil {
			return err
		}
	}
	return nil
}

// importBundleCmd brings a bundle in.
type importBundleCmd struct {
	importSourceCmd
	Trust []string `help:"cli.import_bundle.trust" placeholder:"PUBKEY"`
}

// Run brings a bundle in.
func (c importBundleCmd) Run(env *Env) error {
	var trust []cmdb.TrustedKey
	for _, text := range c.Trust {
		if _, err := cmdb.PublicKey(text); err != nil {
			return err
		}
		trust = append(trust, cmdb.TrustedKey{Key: text})
	}
	return c.bring(env, intake.Bundle, trust...)
}
