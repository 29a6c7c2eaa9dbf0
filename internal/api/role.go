package api

import (
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/setting"
)

// role is a list of grants.
type role struct {
	ID      int64    `json:"id"`
	Code    string   `json:"code"`
	En      string   `json:"name_en"`
	Zh      string   `json:"name_zh"`
	Grants  []string `json:"grants"`
	Newer   []string `json:"newer,omitempty" doc:"api.doc.role_newer"`
	Retired bool     `json:"retired"`
	Version int64    `json:"version"`
}

// roleForm is what can be said of a role; what is left out stays as it is.
type roleForm struct {
	Code    *string   `json:"code,omitempty"`
	En      *string   `json:"name_en,omitempty"`
	Zh      *string   `json:"name_zh,omitempty"`
	Grants  *[]string `json:"grants,omitempty" doc:"api.doc.role_grants"`
	Retired *bool     `json:"retired,omitempty"`
}

// separation says whether one person may hold two of the three
// administrations.
type separation struct {
	Two bool `json:"two" doc:"api.doc.separation_two"`
}

func roleOf(t setting.Thing) (role, error) {
	doc, err := setting.Read[access.Role](t)
	return role{ID: t.ID, Code: t.Code, En: t.Name.En, Zh: t.Name.Zh, Grants: append([]string{}, doc.Grants...), Retired: t.Retired, Version: t.Version}, err
}

// rolesRead lists the roles. What they grant is the security administrator's.
func (a *API) rolesRead() {
	a.add(operation{
		Method: "GET", Path: Prefix + "/roles", Policy: Known, Name: "list-roles", Key: "list", Tag: "roles", Gives: []gives{{Status: http.StatusOK, Schema: of[page[role]]()}}, Run: func(c *call) error {
			if !c.by.Staff {
				return staffOnly()
			}
			out := page[role]{}
			for _, t := range c.Settings.All().Of(setting.Role) {
				r, err := roleOf(*t)
				if err != nil {
					return err
				}
				out.Items = append(out.Items, r)
			}
			return give(c, out)
		},
	})
}

// rolesWritten serves what the security administrator does to roles.
func (a *API) rolesWritten(office *access.Office) {
	one := []gives{{Status: http.StatusOK, Schema: of[role]()}}
	a.add(operation{Method: "GET", Path: Prefix + "/roles/{id}", Policy: "role.edit", Name: "get-role", Key: "get", Tag: "roles", Gives: one, Run: func(c *call) error {
		if err := c.allowed(office.Pen, "role"); err != nil {
			return err
		}
		t, err := c.role()
		if err != nil {
			return err
		}
		return c.roleIs(office, http.StatusOK, t)
	}})
	a.add(operation{
		Method: "POST", Path: Prefix + "/roles", Policy: "role.edit", Name: "add-role", Key: "add", Tag: "roles", Once: true,
		Body: &body{Schema: of[roleForm]()}, Gives: []gives{{Status: http.StatusCreated, Schema: of[role]()}}, Run: func(c *call) error {
			if err := c.allowed(office.Pen, "role"); err != nil {
				return err
			}
			return c.saveRole(office, setting.Thing{})
		},
	})
	a.add(operation{
		Method: "PATCH", Path: Prefix + "/roles/{id}", Policy: "role.edit", Name: "change-role", Key: "change", Tag: "roles", Once: true, Match: true,
		Body: &body{Types: []string{mergeType, jsonType}, Schema: of[roleForm]()}, Gives: one, Run: func(c *call) error {
			if err := c.allowed(office.Pen, "role"); err != nil {
				return err
			}
			t, err := c.role()
			if err != nil {
				return err
			}
			return c.saveRole(office, t)
		},
	})
	a.add(operation{
		Method: "POST", Path: Prefix + "/roles/{id}/renew", Policy: "role.edit", Name: "renew-role", Key: "renew_role", Tag: "roles", Once: true, Match: true,
		Gives: one, Run: func(c *call) error { return c.renewRole(office) },
	})
	a.add(operation{Method: "GET", Path: Prefix + "/deeds", Policy: "role.edit", Name: "list-deeds", Tag: "roles", Gives: []gives{{Status: http.StatusOK, Schema: of[page[string]]()}}, Run: func(c *call) error {
		if err := c.allowed(office.Pen, "role"); err != nil {
			return err
		}
		return give(c, page[string]{Items: office.Catalogue.Deeds()})
	}})
	a.separation(office)
}

func (a *API) separation(office *access.Office) {
	shape := []gives{{Status: http.StatusOK, Schema: of[separation]()}}
	show := func(c *call) error {
		held, err := setting.Arranged(office.Settings.All(), access.SeparationCode, access.Separation{})
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, separation{held.Two})
	}
	a.add(operation{Method: "GET", Path: Prefix + "/settings/separation", Policy: "role.edit", Name: "get-separation", Tag: "roles", Gives: shape, Run: func(c *call) error {
		if err := c.allowed(office.Pen, "centre:"+access.SeparationCode); err != nil {
			return err
		}
		return show(c)
	}})
	a.add(operation{
		Method: "PUT", Path: Prefix + "/settings/separation", Policy: "role.edit", Name: "set-separation", Tag: "roles", Once: true,
		Body: &body{Schema: of[separation]()}, Gives: shape, Run: func(c *call) error {
			if err := c.allowed(office.Pen, "centre:"+access.SeparationCode); err != nil {
				return err
			}
			var f separation
			if err := c.into(&f); err != nil {
				return err
			}
			if err := office.Separate(c.r.Context(), c.by, f.Two); err != nil {
				return err
			}
			return show(c)
		},
	})
}

// role reads the role that the address names.
func (c *call) role() (setting.Thing, error) {
	id, err := c.id("id")
	if err != nil {
		return setting.Thing{}, err
	}
	held := c.Settings.All().Find(setting.Role, id)
	if held == nil {
		return setting.Thing{}, fault.New(fault.Missing, "setting.no_such").With("kind", string(setting.Role)).With("id", id)
	}
	return *held, nil
}

func (c *call) saveRole(office *access.Office, t setting.Thing) error {
	var f roleForm
	if err := c.into(&f); err != nil {
		return err
	}
	version, err := matched(c.r)
	if err != nil {
		return err
	}
	if version != 0 && version != t.Version {
		return fault.New(fault.Stale, "setting.changed_meanwhile")
	}
	held, err := roleOf(t)
	if err != nil {
		return err
	}
	set(&t.Code, f.Code)
	set(&t.Name.En, f.En)
	set(&t.Name.Zh, f.Zh)
	set(&t.Retired, f.Retired)
	set(&held.Grants, f.Grants)
	status := http.StatusOK
	if t.ID == 0 {
		status = http.StatusCreated
	}
	if err := office.SaveRole(c.r.Context(), c.by, &t, held.Grants); err != nil {
		return err
	}
	if status == http.StatusCreated {
		c.w.Header().Set("Location", Prefix+"/roles/"+strconv.FormatInt(t.ID, 10))
	}
	return c.roleIs(office, status, t)
}

// set takes a value over that was sent.
func set[T any](into, sent *T) {
	if sent != nil {
		*into = *sent
	}
}

// renewRole gives a role the newer deeds of its starter.
func (c *call) renewRole(office *access.Office) error {
	if err := c.allowed(office.Pen, "role"); err != nil {
		return err
	}
	t, err := c.role()
	if err != nil {
		return err
	}
	version, err := matched(c.r)
	if err != nil {
		return err
	}
	if version != 0 && version != t.Version {
		return fault.New(fault.Stale, "setting.changed_meanwhile")
	}
	if err := office.Renew(c.r.Context(), c.by, &t); err != nil {
		return err
	}
	return c.roleIs(office, http.StatusOK, t)
}

func (c *call) roleIs(office *access.Office, status int, t setting.Thing) error {
	r, err := roleOf(t)
	if err != nil {
		return err
	}
	doc, err := setting.Read[access.Role](t)
	if err != nil {
		return err
	}
	r.Newer = office.Catalogue.Newer(t.Code, doc)
	c.w.Header().Set("ETag", etag(t.Version))
	return c.done(status, r)
}
