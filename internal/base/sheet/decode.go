package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"kilter/internal/base/fault"
)

// sample is how much text the guesses of encoding and delimiter look at.
const sample = 64 << 10

// Decode turns text into UTF-8. Without a name the encoding is seen from a
// byte order mark, else from the first text that is not ASCII, wherever that
// comes. Bytes that are no character become U+FFFD.
func Decode(r io.Reader, name string) (io.Reader, error) {
	in := bufio.NewReaderSize(r, sample)
	if name != "" {
		enc, err := named(name)
		if err != nil {
			return nil, err
		}
		return transform.NewReader(in, unicode.BOMOverride(enc.NewDecoder())), nil
	}
	head, _ := in.Peek(3)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")), bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return transform.NewReader(in, unicode.BOMOverride(unicode.UTF8.NewDecoder())), nil
	}
	return &guesser{in: in}, nil
}

func named(name string) (encoding.Encoding, error) {
	switch strings.ToLower(strings.ReplaceAll(name, "_", "-")) {
	case "utf-8", "utf8":
		return unicode.UTF8, nil
	case "utf-16", "utf16":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), nil
	case "gb18030", "gbk", "gb2312":
		return simplifiedchinese.GB18030, nil
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil, fault.At("encoding", "sheet.encoding").With("encoding", name)
	}
	return enc, nil
}

// guesser passes ASCII through and decides on the encoding when it meets the
// first byte that is none.
type guesser struct {
	in   *bufio.Reader
	text io.Reader // nil while undecided
}

func (g *guesser) Read(p []byte) (int, error) {
	if g.text != nil {
		return g.text.Read(p)
	}
	if len(p) == 0 {
		return 0, nil
	}
	if _, err := g.in.Peek(1); err != nil {
		return 0, err
	}
	have, _ := g.in.Peek(min(g.in.Buffered(), len(p)))
	ascii := len(have)
	for i, c := range have {
		if c >= utf8.RuneSelf {
			ascii = i
			break
		}
	}
	if ascii > 0 {
		n := copy(p, have[:ascii])
		_, err := g.in.Discard(n)
		return n, err
	}
	// A short peek is the end of the file; its error comes with the reading.
	piece, err := g.in.Peek(sample)
	if err != nil && len(piece) == 0 && !errors.Is(err, io.EOF) {
		return 0, err
	}
	g.text = transform.NewReader(g.in, guess(piece).NewDecoder())
	return g.text.Read(p)
}

// guess tells UTF-8, GB18030 and the Western code page apart. UTF-8 is hardly
// ever valid by chance, and stays UTF-8 with a few characters that some tool
// cut in half. In Chinese text the bytes above ASCII come in pairs or longer
// runs; in Western text they stand alone between letters.
func guess(piece []byte) encoding.Encoding {
	const lead = 2 // good characters for each bad byte
	if good, bad := characters(piece); good > lead*bad {
		return unicode.UTF8
	}
	alone, together := 0, 0
	for i := 0; i < len(piece); {
		run := i
		for run < len(piece) && piece[run] >= utf8.RuneSelf {
			run++
		}
		switch run - i {
		case 0:
			run++
		case 1:
			alone++
		default:
			together++
		}
		i = run
	}
	if together >= alone {
		return simplifiedchinese.GB18030
	}
	return charmap.Windows1252
}

// characters counts the UTF-8 characters above ASCII in b and the bytes that
// are part of none, not counting a last one that the end of b may have cut.
func characters(b []byte) (good, bad int) {
	for len(b) > 0 && utf8.FullRune(b) {
		r, size := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		b = b[size:]
	}
	return good, bad
}
