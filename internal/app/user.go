package app

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/signin"
)

type userCmd struct {
	Add   userAddCmd   `cmd:"" help:"cli.user.add"`
	List  userListCmd  `cmd:"" help:"cli.user.list"`
	Lock  userLockCmd  `cmd:"" help:"cli.user.lock"`
	Reset userResetCmd `cmd:"" help:"cli.user.reset"`
	Roles userRolesCmd `cmd:"" help:"cli.user.roles"`
}

// shell is the command line as an actor: whoever reaches the server's console
// may do what no page allows, and it stands in the audit log.
func shell() people.Actor { return people.System(people.ViaShell) }

// at runs a command within the wired house.
func at(env *Env, do func(h *house) error) (err error) {
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	if err := access.Seed(env.Context, h.settings, Now()); err != nil {
		return err
	}
	return do(h)
}

// grantFlags say what a person may do and see.
type grantFlags struct {
	Role  []string `help:"cli.grant.role" placeholder:"CODE"`
	Reach string   `help:"cli.grant.reach" placeholder:"REACH"`
	Zone  []string `help:"cli.grant.zone" placeholder:"CODE"`
}

// give sets what the flags name and leaves the rest as it is.
func (g grantFlags) give(env *Env, h *house, id people.ID) error {
	p, err := h.db.Person(env.Context, id)
	if err != nil {
		return err
	}
	r := access.RightsOf(p)
	if len(g.Role) > 0 {
		ids, err := coded(h, setting.Role, "role", g.Role)
		if err != nil {
			return err
		}
		r.Roles = ids
	}
	if g.Reach != "" {
		r.Reach = g.Reach
	}
	if len(g.Zone) > 0 {
		ids, err := coded(h, setting.Zone, "zone", g.Zone)
		if err != nil {
			return err
		}
		r.Cleared = nil
		for _, z := range ids {
			r.Cleared = append(r.Cleared, people.ZoneID(z))
		}
	}
	return h.who.office.SetRights(env.Context, shell(), id, p.Version, r)
}

func (g grantFlags) none() bool { return len(g.Role) == 0 && g.Reach == "" && len(g.Zone) == 0 }

func coded(h *house, k setting.Kind, field string, codes []string) ([]int64, error) {
	var ids []int64
	for _, c := range codes {
		t := h.settings.All().Coded(k, c)
		if t == nil {
			return nil, fault.At(field, "access.no_such_code").With("code", c)
		}
		ids = append(ids, t.ID)
	}
	return ids, nil
}

type userAddCmd struct {
	Code          string `arg:"" help:"cli.user_add.code" is:"filled"`
	Name          string `help:"cli.user_add.name" is:"filled"`
	Staff         bool   `help:"cli.user_add.staff" default:"true" negatable:""`
	PasswordStdin bool   `help:"cli.user_add.password_stdin"`
	JSON          bool   `help:"cli.json"`
	grantFlags
}

func (c userAddCmd) Run(env *Env) error {
	return at(env, func(h *house) error {
		p, err := h.person(env, c.Code)
		if fault.Is(err, fault.Missing) {
			if c.Name == "" {
				return fault.At("name", "record.required")
			}
			p = people.Person{Code: c.Code, Name: c.Name, Staff: c.Staff, Changed: Now(), Doc: people.Profile{Reach: access.ReachOwn}}
			err = h.db.SavePerson(env.Context, &p)
		}
		if err != nil {
			return err
		}
		if !c.none() {
			if err := c.give(env, h, p.ID); err != nil {
				return err
			}
		}
		if c.PasswordStdin {
			password, err := line(os.Stdin)
			if err != nil {
				return err
			}
			if err := h.who.door.SetPassword(env.Context, shell(), p.ID, password, false); err != nil || !c.JSON {
				return err
			}
			return json.NewEncoder(env.Out).Encode(map[string]any{"code": c.Code})
		}
		return newPassword(env, h, p, c.JSON)
	})
}

// line reads one line, so that a password stands neither in the process list
// nor in the shell's history.
func line(f *os.File) (string, error) {
	s := bufio.NewScanner(f)
	if s.Scan() {
		return strings.TrimRight(s.Text(), "\r"), nil
	}
	if err := s.Err(); err != nil {
		return "", err
	}
	return "", fault.At("password", "record.required")
}

// newPassword makes a password and shows it, this once.
func newPassword(env *Env, h *house, p people.Person, asJSON bool) error {
	password, err := h.who.door.OpenAccount(env.Context, shell(), p.ID)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{"code": p.Code, "password": password})
	}
	_, err = fmt.Fprintf(env.Out, "%s %s\n", p.Code, password)
	return err
}

type userListCmd struct {
	JSON bool `help:"cli.user_list.json"`
}

func (c userListCmd) Run(env *Env) error {
	return at(env, func(h *house) error {
		all := h.settings.All()
		table := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
		for a, err := range everyAccount(env, h) {
			if err != nil {
				return err
			}
			roles := []string{}
			for _, id := range a.Person.Doc.Roles {
				if t := all.Find(setting.Role, id); t != nil {
					roles = append(roles, t.Code)
				}
			}
			state := "open"
			if a.Account.Blocked {
				state = "blocked"
			}
			last := ""
			if !a.Account.Last.IsZero() {
				last = a.Account.Last.UTC().Format(time.RFC3339)
			}
			if c.JSON {
				row := map[string]any{"code": a.Person.Code, "name": a.Person.Name, "state": state, "roles": roles, "reach": a.Person.Doc.Reach, "second_factor": a.Account.Secret != "", "last_sign_in": last}
				if err := json.NewEncoder(env.Out).Encode(row); err != nil {
					return err
				}
				continue
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", a.Person.Code, a.Person.Name, state, a.Person.Doc.Reach, strings.Join(roles, ","), last)
		}
		return table.Flush()
	})
}

// everyAccount walks all accounts page by page.
func everyAccount(env *Env, h *house) iter.Seq2[signin.Listed, error] {
	return func(yield func(signin.Listed, error) bool) {
		for q := (signin.Query{Limit: 500}); ; {
			page, err := h.who.door.List(env.Context, shell(), q)
			if err != nil {
				yield(signin.Listed{}, err)
				return
			}
			for _, l := range page {
				if !yield(l, nil) {
					return
				}
				q.After = l.Person.Code
			}
			if len(page) < q.Limit {
				return
			}
		}
	}
}

type userLockCmd struct {
	Code string `arg:"" help:"cli.user_lock.code" is:"filled"`
	Off  bool   `help:"cli.user_lock.off"`
	Why  string `help:"cli.user_lock.why" default:"at the console"`
	JSON bool   `help:"cli.json"`
}

func (c userLockCmd) Run(env *Env) error {
	return at(env, func(h *house) error {
		p, err := h.person(env, c.Code)
		if err != nil {
			return err
		}
		state := "blocked"
		if c.Off {
			state = "open"
			err = h.who.door.Unblock(env.Context, shell(), p.ID)
		} else {
			err = h.who.door.Block(env.Context, shell(), p.ID, c.Why)
		}
		if err != nil || !c.JSON {
			return err
		}
		return json.NewEncoder(env.Out).Encode(map[string]any{"code": p.Code, "state": state})
	})
}

type userResetCmd struct {
	Code   string `arg:"" help:"cli.user_lock.code" is:"filled"`
	Factor bool   `help:"cli.user_reset.factor"`
	JSON   bool   `help:"cli.json"`
}

func (c userResetCmd) Run(env *Env) error {
	return at(env, func(h *house) error {
		p, err := h.person(env, c.Code)
		if err != nil {
			return err
		}
		if c.Factor {
			if err := h.who.door.ResetFactor(env.Context, shell(), p.ID); err != nil {
				return err
			}
		}
		return newPassword(env, h, p, c.JSON)
	})
}

type userRolesCmd struct {
	Code string `arg:"" optional:"" help:"cli.user_roles.code" is:"filled"`
	JSON bool   `help:"cli.user_roles.json"`
	grantFlags
}

func (c userRolesCmd) Run(env *Env) error {
	return at(env, func(h *house) error {
		if c.Code == "" {
			return c.list(env, h)
		}
		p, err := h.person(env, c.Code)
		if err != nil {
			return err
		}
		if !c.none() {
			if err := c.give(env, h, p.ID); err != nil || !c.JSON {
				return err
			}
			if p, err = h.db.Person(env.Context, p.ID); err != nil {
				return err
			}
		}
		return c.say(env, h, p)
	})
}

// list names every role.
func (c userRolesCmd) list(env *Env, h *house) error {
	for _, t := range h.settings.All().Of(setting.Role) {
		name := t.Label(string(env.Words.Lang()))
		var err error
		if c.JSON {
			err = json.NewEncoder(env.Out).Encode(map[string]any{"code": t.Code, "name": name})
		} else {
			_, err = fmt.Fprintf(env.Out, "%s\t%s\n", t.Code, name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// say prints what a person holds: roles, reach, cleared zones.
func (c userRolesCmd) say(env *Env, h *house, p people.Person) error {
	all := h.settings.All()
	roles, zones := []string{}, []string{}
	for _, id := range p.Doc.Roles {
		if t := all.Find(setting.Role, id); t != nil {
			roles = append(roles, t.Code)
		}
	}
	for _, z := range p.Doc.Cleared {
		if t := all.Find(setting.Zone, int64(z)); t != nil {
			zones = append(zones, t.Code)
		}
	}
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{"code": p.Code, "roles": roles, "reach": p.Doc.Reach, "zones": zones})
	}
	for _, r := range roles {
		fmt.Fprintf(env.Out, "role %s\n", r)
	}
	fmt.Fprintf(env.Out, "reach %s\n", p.Doc.Reach)
	for _, z := range zones {
		fmt.Fprintf(env.Out, "zone %s\n", z)
	}
	return nil
}
