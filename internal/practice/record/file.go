package record

import (
	"context"
	"io"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Attach names a file that was stored before and comes along with a deed.
type Attach struct {
	File int64  // what Files.Store gave back
	Name string // what its owner called it
}

// Attachment is a file on a record. Its content is stored once, however often
// it is attached, and is addressed by its hash.
type Attachment struct {
	ID      int64
	Record  int64
	Entry   int64 // the entry it came with
	File    int64
	Name    string // shown and offered for saving; never part of a path
	Public  bool   // came with a reply, so the requester may have it
	By      people.ID
	At      time.Time
	Content Content

	at int // index of the entry in the sheaf
}

// Content is what the store knows about stored bytes.
type Content struct {
	SHA256 string // in hex
	Size   int64
	Type   string // sniffed from the bytes, never what the sender claimed
}

// Limits are how much may be attached.
type Limits struct {
	Size   int64 // bytes of one file
	Files  int   // files of one deed
	Record int   // files of one record
}

// StandardLimits hold unless a centre sets others: 25 MB a file, 20 files a
// deed, 200 a record.
var StandardLimits = Limits{Size: 25 << 20, Files: 20, Record: 200}

// Files keeps content in the database, in chunks, so that every node has it and
// one backup holds everything.
type Files interface {
	// Store takes in a stream of at most limit bytes; more is a TooMuch fault
	// and leaves nothing behind. Content that is there already is kept once.
	Store(ctx context.Context, now time.Time, by people.ID, limit int64, r io.Reader) (id int64, c Content, err error)
	// Read writes the content of a file to w, chunk by chunk.
	Read(ctx context.Context, file int64, w io.Writer) error
	// Attachments lists the files of records; publicOnly leaves out those that
	// are not for the requester.
	Attachments(ctx context.Context, publicOnly bool, records ...int64) ([]Attachment, error)
	// Sweep removes content older than before that nothing refers to.
	Sweep(ctx context.Context, before time.Time) (int, error)
}

// Sniff is the type of content by its first bytes.
func Sniff(head []byte) string {
	kind, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	return kind
}

// shown are the types that a browser may show by itself. Nothing in them can
// run: no HTML, SVG, XML or PDF is among them.
var shown = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "text/plain"}

// risky are types that can do harm on the machine of whoever opens them.
var risky = []string{
	"text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "text/javascript", "application/javascript",
	"application/x-msdownload", "application/vnd.microsoft.portable-executable", "application/x-executable", "application/x-elf",
	"application/x-sharedlib", "application/x-object", "application/x-mach-binary", "application/jar", "application/java-archive",
	"application/x-java-applet", "application/x-ms-installer", "application/x-msi", "application/vnd.android.package-archive", "application/x-ms-shortcut",
	"text/x-php", "text/x-python", "text/x-lua", "text/x-perl", "text/x-shellscript", "text/x-tcl", "text/vbscript", "application/x-installshield",
}

// riskyEndings are file names that run when opened, whatever is inside.
var riskyEndings = []string{".exe", ".com", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".hta", ".scr", ".msi", ".jar", ".lnk", ".reg", ".htm", ".html", ".svg", ".xhtml", ".mht", ".docm", ".xlsm", ".pptm", ".sh", ".apk"}

// Serving says how a file goes out over HTTP.
type Serving struct {
	Type   string // the Content-Type
	Inline bool   // the browser may show it; otherwise it is offered for saving
	Risky  bool   // ask before it is opened
}

// Serve decides how a file goes out: pictures and plain text are shown, all
// else is bytes for saving, so that nothing a stranger sent is ever run or
// rendered as a page of Kilter.
func (a Attachment) Serve() Serving {
	ending := strings.ToLower(path.Ext(a.Name))
	s := Serving{Type: "application/octet-stream", Risky: slices.Contains(risky, a.Content.Type) || slices.Contains(riskyEndings, ending)}
	if !s.Risky && slices.Contains(shown, a.Content.Type) {
		s.Type, s.Inline = a.Content.Type, true
		if s.Type == "text/plain" {
			s.Type += "; charset=utf-8"
		}
	}
	return s
}

// FileName makes what a sender called a file safe to show, to send in a header
// and to save: the last part of a path, without control or direction marks, at
// most 120 characters.
func FileName(name string) string {
	name = strings.ReplaceAll(name, "\\", "/")
	name = name[strings.LastIndex(name, "/")+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), " .")
	if name == "" {
		return "file"
	}
	if letters := []rune(name); len(letters) > 120 {
		ending := []rune(path.Ext(name))
		if len(ending) > 20 {
			ending = nil
		}
		name = string(letters[:120-len(ending)]) + string(ending)
	}
	return name
}

// Bring attaches files to the entry just written on the record.
func (s *Sitting[R]) Bring(r R, files []Attach) error {
	return s.attach(s.sheaf(r), Input{Files: files})
}

// attach puts the files of a deed beside the entry just written.
func (s *Sitting[R]) attach(sh *Sheaf[R], in Input) error {
	if len(in.Files) == 0 {
		return nil
	}
	limits := s.desk.Limits
	if limits == (Limits{}) {
		limits = StandardLimits
	}
	if len(in.Files) > limits.Files {
		return tooMany(limits.Files)
	}
	last := len(sh.Entries) - 1
	for _, f := range in.Files {
		// Content may be attached by whoever brought it: a number out of the
		// air must not open somebody else's file.
		c, held, err := s.tx.Content(s.By.ID, f.File, sh.Rec.Common().ID)
		if err != nil {
			return err
		}
		if held+len(in.Files) > limits.Record {
			return tooMany(limits.Record)
		}
		a := Attachment{File: f.File, Name: FileName(f.Name), Public: sh.Entries[last].Public, By: s.By.ID, At: s.Now, Content: c, at: last}
		sh.Files = append(sh.Files, a)
		sh.Entries[last].Changes = append(sh.Entries[last].Changes, Change{Field: "file", Now: a.Name})
	}
	return nil
}

func tooMany(most int) error {
	return (&fault.Fault{Kind: fault.TooMuch, Field: "files", Key: "record.too_many_files"}).With("max", most)
}

// File finds a file of a record for somebody who sees the record: a requester
// gets what came with replies and what he brought himself.
func (d *Desk[R]) File(ctx context.Context, by people.Actor, n Number, id int64) (Attachment, error) {
	all, err := d.Attached(ctx, by, n)
	if err != nil {
		return Attachment{}, err
	}
	i := slices.IndexFunc(all, func(a Attachment) bool { return a.ID == id })
	if i < 0 {
		return Attachment{}, fault.New(fault.Missing, "record.no_such_file")
	}
	return all[i], nil
}

// Attached lists the files of a record for somebody who sees it.
func (d *Desk[R]) Attached(ctx context.Context, by people.Actor, n Number) ([]Attachment, error) {
	r, err := d.Find(ctx, by, n)
	if err != nil {
		return nil, err
	}
	return d.FilesOf(ctx, by, r)
}

// FilesOf lists the files of a record that somebody has read.
func (d *Desk[R]) FilesOf(ctx context.Context, by people.Actor, r R) ([]Attachment, error) {
	all, err := d.Files.Attachments(ctx, !by.Staff, r.Common().ID)
	if err == nil && !by.Staff && d.Rules.Serves != nil {
		all = d.Rules.Serves(r, all)
	}
	return all, err
}

// Came is the place of the attachment's entry among those of its sheaf.
func (a Attachment) Came() int { return a.at }
