package cmdb

import (
	"bufio"
	"compress/zlib"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/cmdb"
)

// Options say how a source's report is taken.
type Options struct {
	Source   string // the name under which values are known to come from here; the importer's own when empty
	File     string
	Zone     string            // of every item, by code
	Complete bool              // what the report does not name is absent
	Trust    []cmdb.TrustedKey // whose bundles are taken
	Place    *time.Location    // where the days begin from which they are; UTC when nil
}

// The limits of a report.
const (
	MaxReport = 256 << 20 // bytes, unpacked
	maxThings = 500_000   // items and relations
	maxDepth  = 64        // elements or values within each other
	maxName   = 180       // characters of a name or label made here
)

// gathered is a report while it is put together.
type gathered struct {
	Options
	findings []cmdb.Finding
	ties     []cmdb.Tie
	classes  []cmdb.Class // complete, when the report is
	codes    map[string]bool
	refs     map[string]bool // what the source calls those taken so far
	labels   bool            // items are known again by their labels only
	details  int             // records that say more of the others
	passed   map[string]int  // records of which nothing comes, by kind
}

func gather(o Options, source string) *gathered {
	if o.Source == "" {
		o.Source = source
	}
	return &gathered{Options: o, codes: map[string]bool{}, refs: map[string]bool{}, passed: map[string]int{}}
}

// item takes one: ref is what the source calls it, label the name that becomes
// its code, made unique with the ref's own number where two bear it.
func (g *gathered) item(ref string, class cmdb.Class, label string, fields map[string]string) {
	if label = brief(label); label != "" {
		if g.codes[strings.ToLower(label)] {
			label = brief(label, "#"+ref[strings.LastIndexByte(ref, '/')+1:])
		}
		g.codes[strings.ToLower(label)] = true
		fields["code"] = label
	}
	if g.Zone != "" {
		fields["zone"] = g.Zone
	}
	for name, v := range fields {
		fields[name] = cmdb.Plain(v)
	}
	g.refs[ref] = true
	g.findings = append(g.findings, cmdb.Finding{Line: len(g.findings) + 1, Ref: ref, Labels: g.labels, Class: class, Fields: fields})
}

func (g *gathered) tie(source, kind, target, note string) {
	g.ties = append(g.ties, cmdb.Tie{Line: len(g.ties) + 1, Source: source, Type: kind, Target: target, Note: brief(note)})
}

// full says whether there is more than a report may hold.
func (g *gathered) full() error {
	if len(g.findings)+len(g.ties) > maxThings {
		return fault.New(fault.TooMuch, "cmdb.intake.too_many").With("limit", maxThings)
	}
	return nil
}

func (g *gathered) report() cmdb.Report {
	rep := cmdb.Report{Source: brief(g.Source), File: g.File, Details: g.details, Passed: g.passed}
	if g.Complete {
		rep.Complete = g.classes
	}
	findings, ties := g.findings, g.ties
	rep.Next = func() (f cmdb.Finding, err error) {
		if len(findings) == 0 {
			return f, io.EOF
		}
		f, findings = findings[0], findings[1:]
		return f, nil
	}
	rep.NextTie = func() (t cmdb.Tie, err error) {
		if len(ties) == 0 {
			return t, io.EOF
		}
		t, ties = ties[0], ties[1:]
		return t, nil
	}
	return rep
}

// brief puts words on one line and cuts them to what a name may have; the tail
// always stays.
func brief(s string, tail ...string) string {
	end := strings.Join(tail, "")
	runes := []rune(strings.Join(strings.Fields(cmdb.Plain(s)), " "))
	if most := max(0, maxName-utf8.RuneCountInString(end)); len(runes) > most {
		runes = runes[:most]
	}
	return string(runes) + end
}

// unpack takes gzip or zlib off and bounds what comes out.
func unpack(r io.Reader, limit int64) (io.Reader, error) {
	in := bufio.NewReader(r)
	if head, _ := in.Peek(2); len(head) == 2 && head[0] == 0x78 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		z, err := zlib.NewReader(in)
		if err != nil {
			return nil, unreadable("zlib", err)
		}
		return &bounded{z, limit, limit}, nil
	}
	plain, err := sheet.Unpack(in, limit)
	if err != nil {
		return nil, err
	}
	return &bounded{plain, limit, limit}, nil
}

// bounded fails, rather than ends, past its limit.
type bounded struct {
	r           io.Reader
	left, limit int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fault.New(fault.TooMuch, "cmdb.intake.too_big").With("limit", b.limit)
	}
	return n, err
}

// unreadable says that a source's file is not what it should be. What is a
// fault already stays what it is.
func unreadable(kind string, err error) error {
	if err == nil || fault.All(err) != nil {
		return err
	}
	if big, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.New(fault.TooMuch, "cmdb.intake.too_big").With("limit", big.Limit)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = errors.New("unexpected end")
	}
	return fault.At("file", "cmdb.intake.unreadable").With("kind", kind).With("why", brief(err.Error()))
}

// tokens reads XML to a bounded depth. It knows no entity but the five of XML
// and follows no reference, so that a document is never larger than it looks.
type tokens struct {
	d     *xml.Decoder
	depth int
}

func readXML(r io.Reader) *xml.Decoder {
	return xml.NewTokenDecoder(&tokens{d: xml.NewDecoder(r)})
}

// Token reads the next one.
func (t *tokens) Token() (xml.Token, error) {
	token, err := t.d.RawToken()
	switch token.(type) {
	case xml.StartElement:
		if t.depth++; t.depth > maxDepth {
			return nil, fault.At("file", "cmdb.intake.too_deep").With("limit", maxDepth)
		}
	case xml.EndElement:
		t.depth--
	}
	return token, err
}

// elements calls each for every element of the names, wherever it stands; each
// takes it with all that is in it. The document's root must bear the name.
func elements(kind, root string, d *xml.Decoder, each func(xml.StartElement) error) error {
	for n := 0; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && n > 0 {
			return nil
		}
		if err != nil {
			return unreadable(kind, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if n++; n == 1 && start.Name.Local != root {
			return unreadable(kind, fmt.Errorf("<%s> instead of <%s>", start.Name.Local, root))
		}
		if err := each(start); err != nil {
			return unreadable(kind, err)
		}
	}
}

// Read reads what a source wrote.
type Read func(io.Reader, Options) (cmdb.Report, error)

// Sources are the kinds of files that sources write, by the names the command
// line and the API know them by.
var Sources = map[string]Read{"netbox": NetBox, "graphml": GraphML, "nmap": Nmap, "agent": Agent, "bundle": Bundle}
