package eventlog

import (
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
)

// xes reads XES event by event: the log is never held as a whole. Attributes
// inside attributes get the names "outer.inner"; what stands at the log itself
// (its statistics, often long) is passed over.
type xes struct {
	in      *xml.Decoder
	meter   *meter
	form    Form
	traced  map[string]string // attributes of the case at hand, prefixed
	traces  int               // begun
	logged  bool              // the log itself has begun
	globals map[string]string // defaults declared for the whole log
	open    int               // elements begun and not ended
	cells   int
	long    int // the line of a value that was cut in what is at hand, 0 for none
}

// The bounds of a log that is not out to do harm.
const (
	maxDepth = 32
	maxCells = 5000    // attributes of one event or case
	maxValue = 1 << 20 // bytes of one value
	maxToken = maxValue + 64<<10
)

func newXES(r io.Reader, form Form) *xes {
	m := &meter{r: &clip{r: r, most: maxValue}}
	x := &xes{in: xml.NewDecoder(m), meter: m, form: form, globals: map[string]string{}}
	x.in.CharsetReader = func(name string, in io.Reader) (io.Reader, error) { return sheet.Decode(in, name) }
	return x
}

// meter counts what the decoder has read since the last token, so that one
// endless token cannot fill the memory.
type meter struct {
	r io.Reader
	n int
}

func (m *meter) Read(p []byte) (int, error) {
	if m.n > maxToken {
		return 0, fault.New(fault.TooMuch, "eventlog.too_long").With("limit", maxToken)
	}
	n, err := m.r.Read(p)
	m.n += n
	return n, err
}

func (x *xes) columns() []string { return slices.Collect(maps.Keys(x.globals)) }

func (x *xes) close() error { return nil }

// token is the next start or end of an element.
func (x *xes) token() (xml.Token, error) {
	for {
		x.meter.n = 0
		tok, err := x.in.RawToken()
		if err != nil {
			return nil, x.broken(err)
		}
		switch tok.(type) {
		case xml.StartElement:
			x.open++
			if x.open > maxDepth {
				return nil, x.fault("eventlog.too_deep")
			}
			return tok, nil
		case xml.EndElement:
			x.open--
			return tok, nil
		}
	}
}

// broken turns the decoder's error into one that says where.
func (x *xes) broken(err error) error {
	switch {
	case fault.All(err) != nil:
		return err
	case errors.Is(err, io.EOF) && x.open <= 0:
		return io.EOF
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return x.fault("sheet.cut_off")
	}
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok && syntax.Msg == "unexpected EOF" {
		return x.fault("sheet.cut_off")
	}
	return x.fault("eventlog.broken_xml").With("detail", err.Error())
}

func (x *xes) fault(key string) *fault.Fault {
	line, _ := x.in.InputPos()
	return fault.At("file", key).With("line", line)
}

func (x *xes) read() (Row, error) {
	for {
		tok, err := x.token()
		if err != nil {
			return Row{}, err
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			if end, ok := tok.(xml.EndElement); ok && end.Name.Local == "trace" {
				x.traced = nil
			}
			continue
		}
		if !x.logged && start.Name.Local != "log" {
			return Row{}, x.fault("eventlog.no_log").With("name", start.Name.Local)
		}
		x.logged = true
		switch start.Name.Local {
		case "log":
		case "trace":
			x.traces++
			x.traced, x.cells = map[string]string{}, 0
		case "event":
			return x.event()
		case "global":
			err = x.global(start)
		default:
			if x.traced != nil {
				err = x.attribute(start, CasePrefix, x.traced)
			} else {
				err = x.pass()
			}
		}
		if err != nil {
			return Row{}, err
		}
		if x.long != 0 { // told once; the case goes on without it
			return Row{}, x.tooLong()
		}
	}
}

// tooLong says that a value was left out.
func (x *xes) tooLong() error {
	bad := &sheet.BadRow{Line: x.long, Key: "eventlog.long_value"}
	x.long = 0
	return bad
}

// event reads what stands between <event> and </event>.
func (x *xes) event() (Row, error) {
	line, _ := x.in.InputPos()
	row := Row{Line: line, Attrs: make(map[string]string, 16)}
	x.cells = 0
	if err := x.attributes("", row.Attrs); err != nil {
		return Row{}, err
	}
	if x.long != 0 {
		return Row{}, x.tooLong()
	}
	for name, value := range x.traced {
		row.Attrs[name] = value
	}
	if _, named := x.traced[CasePrefix+"concept:name"]; !named && x.traced != nil {
		row.Attrs[CaseNumber] = strconv.Itoa(x.traces)
	}
	if x.form.Globals {
		for name, value := range x.globals {
			if _, ok := row.Attrs[name]; !ok {
				row.Attrs[name] = value
			}
		}
	}
	return row, nil
}

func (x *xes) global(start xml.StartElement) error {
	prefix := ""
	if attr(start, "scope") == "trace" {
		prefix = CasePrefix
	}
	x.cells = 0
	return x.attributes(prefix, x.globals)
}

// attributes reads attributes up to the end of the element they stand in.
func (x *xes) attributes(prefix string, into map[string]string) error {
	for {
		tok, err := x.token()
		if err != nil {
			return err
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			return nil
		}
		if err := x.attribute(start, prefix, into); err != nil {
			return err
		}
	}
}

// attribute reads one attribute with those inside it. The <values> of a list
// carry no key of their own.
func (x *xes) attribute(start xml.StartElement, prefix string, into map[string]string) error {
	if x.cells++; x.cells > maxCells {
		return x.fault("eventlog.too_many")
	}
	inner := prefix
	if key := attr(start, "key"); key != "" {
		value := strings.TrimSpace(strings.ReplaceAll(attr(start, "value"), "\x00", ""))
		if x.meter.n > maxValue-8<<10 { // less what the decoder had read before this element began
			x.long, _ = x.in.InputPos()
			value = ""
		}
		if value != "" {
			if before, ok := into[prefix+key]; ok && before != value {
				value = before + "; " + value // the entries of a list share a key
			}
			into[prefix+key] = value
		}
		inner = prefix + key + "."
	}
	return x.attributes(inner, into)
}

// pass reads over an element of no concern.
func (x *xes) pass() error {
	for depth := 1; depth > 0; {
		tok, err := x.token()
		if err != nil {
			return err
		}
		if _, ok := tok.(xml.StartElement); ok {
			depth++
		} else {
			depth--
		}
	}
	return nil
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
