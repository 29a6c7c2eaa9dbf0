// Package directory answers who is who and what belongs where: it describes
// every kind of setting, checks what a record may refer to, routes a call to
// its team, says who is on duty and which promises a record is under, brings
// in tables, and gives a new centre its first settings.
package directory

import (
	"net/mail"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Sheets describes every kind of setting and the persons, in the order pages
// show them.
func Sheets() setting.Sheets { return SheetsWith(record.ActionChecks{}) }

// SheetsWith describes them likewise; what the actions of templates name is
// checked.
func SheetsWith(acts record.ActionChecks) setting.Sheets {
	return setting.Sheets{
		departments(), posts(), persons(), teams(), zones(),
		services(), offerings(), categories(), causes(), grade.Reasons(),
		calendars(), agreements(), operation.Sheet(),
		matrix(), routing(), document(grade.Sheet(), grade.PolicyCode, grade.Sheet().Check),
		templates(acts), fields(), centre(),
	}
}

func departments() setting.Sheet {
	type D = people.Department
	s := setting.NewSheet[D](setting.Department, 6,
		setting.ChoiceOf("side", []string{"city", "province"}, func(d *D) *people.Side { return &d.Side }).InList(),
		setting.PersonOf("head", func(d *D) *people.ID { return &d.Head }),
		setting.TextOf("phone", 60, func(d *D) *string { return &d.Phone }).InList(),
		setting.TextOf("place", 200, func(d *D) *string { return &d.Place }),
		setting.BoolOf("hall", func(d *D) *bool { return &d.Hall }),
	)
	s.Check = func(all *setting.All, f *setting.Form) error {
		if parent := all.Find(setting.Department, f.Parent); parent != nil {
			above, err := setting.Read[D](*parent)
			if err != nil {
				return err
			}
			if side(above.Side) != side(f.Doc.(*D).Side) {
				return fault.At("side", "directory.other_side").With("parent", parent.Code)
			}
		}
		return nil
	}
	return s
}

func side(s people.Side) people.Side {
	if s == "" {
		return people.City
	}
	return s
}

func posts() setting.Sheet {
	type D = people.Post
	return setting.NewSheet[D](setting.Post, 0,
		setting.RefOf("department", setting.Department, func(d *D) *people.DepartmentID { return &d.Department }).InList(),
		setting.BoolOf("vip", func(d *D) *bool { return &d.VIP }).InList(),
	)
}

func zones() setting.Sheet {
	type D = people.Zone
	return setting.NewSheet[D](setting.Zone, 5,
		setting.BoolOf("isolated", func(d *D) *bool { return &d.Isolated }).InList(),
		setting.TextOf("note", 2000, func(d *D) *string { return &d.Note }),
	)
}

func teams() setting.Sheet {
	type D = people.Team
	s := setting.NewSheet[D](setting.Team, 0,
		setting.ChoiceOf("line", []string{"first", "second", "supplier"}, func(d *D) *people.Line { return &d.Line }).InList(),
		setting.PersonOf("lead", func(d *D) *people.ID { return &d.Lead }).InList(),
		setting.PersonsOf("members", func(d *D) *[]people.ID { return &d.Members }),
		mailOf("mail", func(d *D) *string { return &d.Mail }).InList(),
		setting.TextOf("phone", 60, func(d *D) *string { return &d.Phone }).InList(),
		setting.RefOf("department", setting.Department, func(d *D) *people.DepartmentID { return &d.Department }),
		naming(setting.TableOf("rota", func(d *D) *people.Rota { return &d.Rota }),
			setting.Inside{Path: "weekly.*.who.*", Kind: setting.Human}, setting.Inside{Path: "dated.*.who.*", Kind: setting.Human}),
	)
	s.Check = func(_ *setting.All, f *setting.Form) error {
		d := f.Doc.(*D)
		var many fault.Many
		if !f.Retired && d.Lead == 0 && len(d.Members) == 0 && (d.Line != people.ByContract || d.Mail == "" && d.Phone == "") {
			many = append(many, fault.At("members", "directory.team_empty"))
		}
		if err := many.Add(d.Rota.Check(*d)); err != nil {
			return err
		}
		return many.Err()
	}
	return s
}

// naming is a table that names things by their ids.
func naming(f setting.Attribute, inside ...setting.Inside) setting.Attribute {
	f.Inside = inside
	return f
}

// mailOf is a text that is one mail address.
func mailOf[D any](name string, at func(*D) *string) setting.Attribute {
	f := setting.TextOf(name, 200, at)
	set := f.Set
	f.Set = func(form *setting.Form, v string) error {
		v = strings.TrimSpace(v)
		if v != "" {
			if a, err := mail.ParseAddress(v); err != nil || a.Address != v {
				return fault.At(name, "directory.bad_mail").With("mail", v)
			}
		}
		return set(form, v)
	}
	return f
}

func persons() setting.Sheet {
	type P = people.Person
	cleared := setting.RefsOf("cleared", setting.Zone, func(p *P) *[]people.ZoneID { return &p.Doc.Cleared })
	cleared.Grant = "account.clear"
	return setting.HumanSheet(
		setting.TextOf("name", 100, func(p *P) *string { return &p.Name }).Must().InList(),
		setting.RefOf("department", setting.Department, func(p *P) *people.DepartmentID { return &p.Department }).InList(),
		setting.RefOf("post", setting.Post, func(p *P) *int64 { return &p.Post }),
		setting.TextOf("phone", 60, func(p *P) *string { return &p.Phone }).InList(),
		setting.TextOf("room", 60, func(p *P) *string { return &p.Room }).InList(),
		mailOf("mail", func(p *P) *string { return &p.Mail }).InList(),
		setting.BoolOf("staff", func(p *P) *bool { return &p.Staff }).InList(),
		setting.BoolOf("external", func(p *P) *bool { return &p.External }),
		setting.BoolOf("vip", func(p *P) *bool { return &p.VIP }),
		cleared,
	)
}
