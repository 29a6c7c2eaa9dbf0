package audit

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
)

// Hash256 links a row to the one before: SHA-256 over the hash before and all
// that the row says. The place in the chain is not part of it; it follows
// from the links.
func (r Row) Hash256(before string) string {
	b, err := json.Marshal([]any{
		before, r.ID, r.At.UnixMilli(), int64(r.Actor), r.Name, string(r.Via), r.Address, r.Deed, r.Object, string(r.Result), r.Detail,
	})
	if err != nil { // strings and numbers always marshal
		panic(fmt.Sprintf("audit: %v", err))
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Head is the end of the chain at a moment. Exported out of the database's
// reach, it is what finds a cut tail and a chain forged anew.
type Head struct {
	Seq  int64
	Hash string
	At   time.Time
}

// Line writes a head for the file of heads: moment, place, hash.
func (h Head) Line() string {
	return fmt.Sprintf("%s %d %s", h.At.UTC().Format(time.RFC3339), h.Seq, h.Hash)
}

// Syslog writes a head as an RFC 5424 message of facility 13 (log audit) and
// severity notice. host is the sender's name; 32473 is the enterprise number
// that RFC 5612 reserves for documentation and private use.
func (h Head) Syslog(host string) string {
	if host == "" {
		host = "-"
	}
	return fmt.Sprintf(`<109>1 %s %s kilter - audit-head [head@32473 seq="%d" hash="%s"] audit log sealed up to row %d`,
		h.At.UTC().Format("2006-01-02T15:04:05.000Z"), printable(host), h.Seq, h.Hash, h.Seq)
}

// printable keeps what RFC 5424 allows in a host name.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 32 && r < 127 {
			return r
		}
		return -1
	}, s)
}

// ReadHeads reads a file of heads, one line each; empty lines and lines that
// begin with # are passed over.
func ReadHeads(r io.Reader) ([]Head, error) {
	var out []Head
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		h, err := parseHead(text)
		if err != nil {
			return nil, fault.At("heads", "audit.bad_head").With("line", n)
		}
		out = append(out, h)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("audit: heads: %w", err)
	}
	return out, nil
}

func parseHead(line string) (h Head, err error) {
	f := strings.Fields(line)
	if len(f) != 3 {
		return h, fmt.Errorf("audit: %d words", len(f))
	}
	if h.At, err = time.Parse(time.RFC3339, f[0]); err != nil {
		return h, err
	}
	if h.Seq, err = strconv.ParseInt(f[1], 10, 64); err != nil {
		return h, err
	}
	if raw, err := hex.DecodeString(f[2]); err != nil || len(raw) != sha256.Size || h.Seq < 1 {
		return h, fmt.Errorf("audit: no hash")
	}
	h.Hash = strings.ToLower(f[2])
	return h, nil
}

// Harm is what Verify can find.
type Harm string

// The harms.
const (
	Changed   Harm = "changed"   // the row, or the one before it, is not what was sealed
	Removed   Harm = "removed"   // no row stands at this place
	Reordered Harm = "reordered" // the row stands at another place than it was sealed at
	Cut       Harm = "cut"       // the chain ends before a head that was known
	Forged    Harm = "forged"    // the chain is whole, but another one than was exported
)

// Finding is one harm done to the chain.
type Finding struct {
	Seq  int64 `json:"seq"`
	ID   int64 `json:"id,omitempty"` // of the row, 0 when it is gone
	Harm Harm  `json:"harm"`
}

// Report is the outcome of a verification.
type Report struct {
	Rows     int64     `json:"rows"` // sealed rows read
	Head     Head      `json:"-"`    // the last of them
	Findings []Finding `json:"findings"`
	More     bool      `json:"more"` // there is more harm than is listed
}

// Whole reports that nothing was found.
func (r Report) Whole() bool { return len(r.Findings) == 0 }

// mostFindings bounds the report; a chain with more harm is lost anyway.
const mostFindings = 1000

// mostJudged bounds the work of telling moved rows from changed ones.
const mostJudged = 300

// broken is a link that does not hold, kept to tell a moved row from a changed
// one.
type broken struct {
	row    Row
	before string
}

// Verify walks the sealed rows in the order of the chain. own is the head that
// the database itself keeps, exported are heads that were carried out of it.
func Verify(rows iter.Seq2[Row, error], own Head, exported []Head) (Report, error) {
	var rep Report
	var bad []broken
	known := map[int64][]string{}
	for _, h := range append([]Head{own}, exported...) {
		if h.Seq > 0 {
			known[h.Seq] = append(known[h.Seq], h.Hash)
		}
	}
	before, gap := "", false
	for row, err := range rows {
		if err != nil {
			return rep, err
		}
		for rep.Head.Seq+1 < row.Seq {
			rep.Head.Seq++
			rep.find(Finding{Seq: rep.Head.Seq, Harm: Removed})
			gap = true
			if rep.More {
				rep.Head.Seq = row.Seq - 1
			}
		}
		rep.Rows++
		if !gap && row.Hash256(before) != row.Hash && len(bad) < mostJudged {
			bad = append(bad, broken{row, before})
		}
		for _, h := range known[row.Seq] {
			if h != row.Hash {
				rep.find(Finding{row.Seq, row.ID, Forged})
				break
			}
		}
		before, gap = row.Hash, false
		rep.Head = Head{Seq: row.Seq, Hash: row.Hash, At: row.At}
	}
	rep.judge(bad)
	for seq := range known {
		if seq > rep.Head.Seq {
			rep.find(Finding{Seq: seq, Harm: Cut})
		}
	}
	return rep, nil
}

// judge tells rows that were moved from rows that were changed: a moved row
// fits behind another of the hashes around, and the rows that fit one behind
// the other show where each belongs.
func (r *Report) judge(bad []broken) {
	var befores []string
	hashes := map[string]bool{}
	for _, b := range bad {
		befores = append(befores, b.before, b.row.Hash)
		hashes[b.row.Hash] = true
	}
	type link struct {
		row  Row
		hash string
	}
	next, fits := map[string]link{}, map[int64]bool{}
	for _, b := range bad {
		for _, before := range befores {
			if h := b.row.Hash256(before); hashes[h] {
				next[before], fits[b.row.Seq] = link{b.row, h}, true
				break
			}
		}
	}
	moved, seen := map[int64]bool{}, map[int64]bool{}
	for _, b := range bad {
		for cur, place := b.before, b.row.Seq; ; place++ {
			l, ok := next[cur]
			if !ok || seen[l.row.Seq] {
				break
			}
			seen[l.row.Seq], moved[l.row.Seq] = true, l.row.Seq != place
			cur = l.hash
		}
	}
	for _, b := range bad {
		switch s := b.row.Seq; {
		case moved[s]:
			r.find(Finding{s, b.row.ID, Reordered})
		case !fits[s]:
			r.find(Finding{s, b.row.ID, Changed})
		}
	}
}

func (r *Report) find(f Finding) {
	if len(r.Findings) >= mostFindings {
		r.More = true
		return
	}
	r.Findings = append(r.Findings, f)
}
