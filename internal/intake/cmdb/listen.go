package cmdb

import (
	"bytes"
	"compress/zlib"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
)

// InventoryPath is where agents send their inventories.
const InventoryPath = "/inventory"

// Listener takes the inventories of agents of GLPI, FusionInventory and OCS
// Inventory. They name themselves by HTTP basic authentication, with an API
// token as the password. An inventory becomes a draft; it is carried out at
// once when the token may approve imports.
type Listener struct {
	Who        func(*http.Request) (people.Actor, error) // by the bearer token of the request
	Reconciler *cmdb.Reconciler
	Log        *slog.Logger
	Wall       func() time.Time
}

// inventoryTime is how long an agent may take to send.
const inventoryTime = 60 * time.Second

// ServeHTTP answers an agent.
func (l *Listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	by, err := l.caller(r)
	if err != nil {
		l.refuse(w, err)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	m, err := l.take(w, r, by)
	if err != nil {
		l.refuse(w, err)
		return
	}
	m.answer(w, r)
}

// caller is who sends, by the token. Whoever has no valid token hears always
// the same, whatever is wrong with it: a stranger learns nothing here.
func (l *Listener) caller(r *http.Request) (people.Actor, error) {
	stranger := fault.New(fault.Unknown, "signin.again")
	_, token, ok := r.BasicAuth()
	if !ok {
		if token, ok = strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); !ok {
			return people.Actor{}, stranger
		}
	}
	shown := r.Clone(r.Context())
	shown.Header.Set("Authorization", "Bearer "+token)
	by, err := l.Who(shown)
	if err != nil && len(fault.All(err)) > 0 {
		return people.Actor{}, stranger
	}
	return by, err
}

func (l *Listener) take(w http.ResponseWriter, r *http.Request, by people.Actor) (*Message, error) {
	if err := by.May(cmdb.DeedImport); err != nil {
		return nil, err
	}
	// A writer that cannot set deadlines (a test's recorder) has none.
	_ = http.NewResponseController(w).SetReadDeadline(l.Wall().Add(inventoryTime))
	m, err := ReadMessage(http.MaxBytesReader(w, r.Body, MaxInventory))
	if err != nil || m.Query != "INVENTORY" {
		return m, err
	}
	in, _, err := l.Reconciler.Draft(r.Context(), by, m.Report(Options{File: brief(m.Device)}))
	if err == nil && by.May(cmdb.DeedApprove) == nil {
		_, err = l.Reconciler.Approve(r.Context(), by, in.ID, nil)
	}
	return m, err
}

// refuse says why not, in the way that agents log: a status and a key.
func (l *Listener) refuse(w http.ResponseWriter, err error) {
	list := fault.All(err)
	status, why := http.StatusInternalServerError, http.StatusText(http.StatusInternalServerError)
	if len(list) > 0 {
		why = list[0].Key
		switch list[0].Kind {
		case fault.Unknown:
			status = http.StatusUnauthorized
			w.Header().Set("WWW-Authenticate", `Basic realm="Kilter"`)
		case fault.Denied:
			status = http.StatusForbidden
		case fault.TooMuch:
			status = http.StatusRequestEntityTooLarge
		default:
			status = http.StatusUnprocessableEntity
		}
	} else {
		l.Log.Error("an inventory could not be taken", "err", err)
	}
	http.Error(w, why, status)
}

// answer tells the agent, in its own protocol, to send its inventory, or that
// it has come; the next is wanted in a day.
func (m *Message) answer(w http.ResponseWriter, r *http.Request) {
	if m.JSON {
		w.Header().Set("Content-Type", "application/json")
		text := `{"status":"ok","expiration":24}`
		if m.Query == "CONTACT" {
			text = `{"status":"ok","expiration":24,"tasks":{"inventory":{"server":"glpi","version":"10.0"}}}`
		}
		_, _ = io.WriteString(w, text) // the agent may have hung up
		return
	}
	text := `<?xml version="1.0" encoding="UTF-8"?><REPLY><RESPONSE>no_account_update</RESPONSE></REPLY>`
	if m.Query == "PROLOG" {
		text = `<?xml version="1.0" encoding="UTF-8"?><REPLY><PROLOG_FREQ>24</PROLOG_FREQ><RESPONSE>SEND</RESPONSE></REPLY>`
	}
	out := []byte(text)
	kind := "application/xml"
	if strings.Contains(r.Header.Get("Content-Type"), "compress") {
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		if _, err := z.Write(out); err == nil && z.Close() == nil {
			out, kind = b.Bytes(), "application/x-compress-zlib"
		}
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(out) // the agent may have hung up
}
