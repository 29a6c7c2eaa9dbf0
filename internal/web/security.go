package web

import (
	"net/http"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/people"
	"kilter/internal/practice/privacy"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/signin"
	"kilter/internal/web/part"
)

// Security are the pages of the security administrator: accounts, rights,
// roles, sessions, tokens. Every deed is asked for again below, so a page
// that is shown too freely still does nothing.
type Security struct {
	Gate      *Gate
	Office    *access.Office
	Inspector *access.Inspector
	Privacy   *privacy.Keeper
}

const securityPath = "/security"

// Mount serves the pages.
func (s *Security) Mount(mux Mux) {
	for pattern, h := range map[string]Handler{
		"GET " + securityPath:                            s.start,
		"GET " + securityPath + "/accounts":              s.accounts,
		"GET " + securityPath + "/accounts/{id}":         s.account,
		"POST " + securityPath + "/accounts/{id}/rights": s.rights,
		"POST " + securityPath + "/accounts/{id}/{deed}": s.deed,
		"GET " + securityPath + "/roles":                 s.roles,
		"POST " + securityPath + "/roles":                s.saveRole,
		"POST " + securityPath + "/roles/{id}/renew":     s.renew,
		"POST " + securityPath + "/separation":           s.separate,
		"GET " + securityPath + "/roles/{id}":            s.role,
		"GET " + rulesPath:                               s.rules,
		"POST " + rulesPath:                              s.setRules,
		"GET " + privacyPath:                             s.retention,
		"POST " + privacyPath:                            s.retain,
		"GET " + inspectPath:                             s.inspect,
		"GET " + securityPath + "/tokens":                s.tokens,
		"POST " + securityPath + "/tokens/revoke":        s.revoke,
	} {
		mux.Handle(pattern, s.Gate.Shell.Handle(h))
	}
}

func (s *Security) start(w http.ResponseWriter, r *http.Request) error {
	return passOn(w, r, securityPath+"/accounts")
}

// frame is the frame of a security page, with the ways between them.
func (s *Security) frame(r *http.Request, title string) *Frame {
	f := s.Gate.Shell.Frame(r)
	f.Title = f.T(title)
	links := []part.Link{
		{Label: f.T("security.accounts"), Href: securityPath + "/accounts", Icon: "users"},
		{Label: f.T("security.roles"), Href: securityPath + "/roles", Icon: "id-badge-2"},
		{Label: f.T("account.tokens"), Href: securityPath + "/tokens", Icon: "key"},
		{Label: f.T("inspect.title"), Href: inspectPath, Icon: "eye"},
		{Label: f.T("rules.title"), Href: rulesPath, Icon: "lock"},
		{Label: f.T("privacy.title"), Href: privacyPath, Icon: "shield-lock"},
	}
	mark(links, r.URL.Path)
	f.Views = []Group{{Title: f.T("duty.security"), Views: links}}
	return f
}

// accountsPage lists accounts.
type accountsPage struct {
	*Frame
	Query  string
	All    bool
	Listed []signin.Listed
	Roles  *setting.All
	Next   string
}

// perPage is how many accounts a page lists.
const perPage = 50

func (s *Security) accounts(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := &accountsPage{Frame: s.frame(r, "security.accounts"), Query: strings.TrimSpace(q.Get("q")), All: q.Get("all") != "", Roles: s.Office.Settings.All()}
	var err error
	p.Listed, err = s.Gate.Door.List(r.Context(), actor(r), signin.Query{Text: p.Query, Without: p.All, After: q.Get("after"), Limit: perPage})
	if err != nil {
		return err
	}
	if len(p.Listed) == perPage {
		q.Set("after", p.Listed[perPage-1].Person.Code)
		p.Next = securityPath + "/accounts?" + q.Encode()
	}
	return Show(w, r, http.StatusOK, accountsShown(p))
}

func (p *accountsPage) roles(l signin.Listed) string { return roleNames(p.Frame, p.Roles, l.Person) }

func roleNames(f *Frame, all *setting.All, who people.Person) string {
	names := make([]string, 0, len(who.Doc.Roles))
	for _, id := range who.Doc.Roles {
		names = append(names, all.Name(id, string(f.Lang())))
	}
	return strings.Join(names, f.T("list.comma"))
}

// accountState says what an account is good for.
func accountState(f *Frame, l signin.Listed) sign {
	switch ends := l.Person.Doc.Ends; {
	case l.Account.Version == 0:
		return sign{part.Plain, "circle-minus", f.T("security.no_account")}
	case l.Account.Blocked:
		return sign{part.Vermilion, "lock", f.T("security.blocked")}
	case l.Person.Retired, !ends.IsZero() && !f.Now.Before(ends):
		return sign{part.Plain, "circle-x", f.T("security.ended")}
	case l.Account.Change:
		return sign{part.Amber, "key", f.T("security.change_due")}
	}
	return sign{part.Jade, "circle-check", f.T("security.open")}
}

// onePage shows one account with its rights.
type onePage struct {
	*Frame
	signin.Listed
	Form     *Form
	Fields   []part.Field
	Why      []part.Field
	Sessions []signin.Session
	Fresh    string // a new password, shown once
}

func (s *Security) one(r *http.Request, form *Form) (*onePage, error) {
	id := people.ID(number(r.PathValue("id")))
	p := &onePage{Frame: s.frame(r, "security.accounts"), Form: form}
	var err error
	if p.Listed, err = s.Gate.Door.Show(r.Context(), actor(r), id); err != nil {
		return nil, err
	}
	if p.Sessions, err = s.Gate.Door.Open(r.Context(), actor(r), id); err != nil {
		return nil, err
	}
	p.Title = p.Person.Name
	p.Fields = form.Fields(s.rightFields(p)...)
	p.Why = form.Fields(part.Field{Name: "why", Label: p.T("security.why"), Required: true, Max: 500})
	return p, nil
}

func (s *Security) rightFields(p *onePage) []part.Field {
	all, doc := s.Office.Settings.All(), p.Person.Doc
	options := func(k setting.Kind) (out []part.Option) {
		for _, t := range all.Of(k) {
			if !t.Retired {
				out = append(out, part.Option{Value: itoa(t.ID), Label: t.Label(string(p.Lang()))})
			}
		}
		return out
	}
	roles, zones := make([]string, len(doc.Roles)), make([]string, len(doc.Cleared))
	for i, id := range doc.Roles {
		roles[i] = itoa(id)
	}
	for i, id := range doc.Cleared {
		zones[i] = itoa(int64(id))
	}
	var reaches []part.Option
	for _, reach := range access.Reaches() {
		reaches = append(reaches, part.Option{Value: reach, Label: p.T("reach." + reach)})
	}
	ends := ""
	if !doc.Ends.IsZero() {
		ends = doc.Ends.In(p.Zone()).Format(time.DateOnly)
	}
	reach := doc.Reach
	if reach == "" {
		reach = access.ReachOwn
	}
	return []part.Field{
		{Name: "roles", Label: p.T("security.roles"), Kind: part.Several, Options: options(setting.Role), Values: roles},
		{Name: "reach", Label: p.T("security.reach"), Kind: part.Radio, Options: reaches, Value: reach, Help: p.T("security.reach_help")},
		{Name: "cleared", Label: p.T("security.cleared"), Kind: part.Several, Options: options(setting.Zone), Values: zones, Help: p.T("security.cleared_help")},
		{Name: "ends", Label: p.T("security.ends"), Kind: part.Date, Value: ends, Narrow: true, Help: p.T("security.ends_help")},
	}
}

func (s *Security) account(w http.ResponseWriter, r *http.Request) error {
	p, err := s.one(r, nil)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, oneShown(p))
}

func (s *Security) rights(w http.ResponseWriter, r *http.Request) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	id := people.ID(number(r.PathValue("id")))
	give := access.Rights{Reach: form.Get("reach")}
	for _, v := range form.Values["roles"] {
		give.Roles = append(give.Roles, number(v))
	}
	for _, v := range form.Values["cleared"] {
		give.Cleared = append(give.Cleared, people.ZoneID(number(v)))
	}
	if day := form.Get("ends"); day != "" {
		t, fail := time.ParseInLocation(time.DateOnly, day, s.Gate.Shell.zone(r))
		if fail != nil {
			err = fault.At("ends", "security.bad_day")
		}
		give.Ends = t
	}
	if err == nil {
		err = s.Office.SetRights(r.Context(), actor(r), id, number(form.Get("version")), give)
	}
	if err == nil {
		return Go(w, r, securityPath+"/accounts/"+itoa(int64(id)))
	}
	p, fail := s.one(r, form)
	if fail != nil {
		return fail
	}
	if err := form.Blame(p.Printer, err); err != nil {
		return err
	}
	p.Fields = form.Fields(p.Fields...)
	return Show(w, r, http.StatusUnprocessableEntity, oneShown(p))
}

// deed does one thing to an account.
func (s *Security) deed(w http.ResponseWriter, r *http.Request) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	ctx, by, id, door := r.Context(), actor(r), people.ID(number(r.PathValue("id"))), s.Gate.Door
	fresh := ""
	switch r.PathValue("deed") {
	case "block":
		err = door.Block(ctx, by, id, form.Get("why"))
	case "unblock":
		err = door.Unblock(ctx, by, id)
	case "password":
		fresh, err = door.OpenAccount(ctx, by, id)
	case "factor":
		err = door.ResetFactor(ctx, by, id)
	case "mask":
		err = s.Privacy.MaskPerson(ctx, by, id)
	case "end":
		err = door.Revoke(ctx, by, id, form.Get("session"))
	default:
		return fault.New(fault.Missing, "trouble.missing")
	}
	if err == nil && fresh == "" {
		return Go(w, r, securityPath+"/accounts/"+itoa(int64(id)))
	}
	p, fail := s.one(r, nil)
	if fail != nil {
		return fail
	}
	if p.Fresh = fresh; fresh != "" {
		return Show(w, r, http.StatusOK, oneShown(p))
	}
	if err := form.Blame(p.Printer, err); err != nil {
		return err
	}
	p.Form, p.Why = form, form.Fields(p.Why...)
	return Show(w, r, http.StatusUnprocessableEntity, oneShown(p))
}

func (s *Security) tokens(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Gate.Door.AllTokens(r.Context(), actor(r))
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, tokensShown(s.frame(r, "account.tokens"), all))
}

func (s *Security) revoke(w http.ResponseWriter, r *http.Request) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	if err := s.Gate.Door.RevokeToken(r.Context(), actor(r), number(form.Get("token"))); err != nil {
		return err
	}
	return Go(w, r, securityPath+"/tokens")
}
