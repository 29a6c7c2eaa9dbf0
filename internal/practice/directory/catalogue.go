package directory

import (
	"slices"
	"strings"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
)

func services() setting.Sheet {
	type D = catalogue.Service
	s := setting.NewSheet[D](setting.Service, 0,
		stateOf(func(d *D) *catalogue.State { return &d.State }),
		setting.ChoiceOf("criticality", []string{"other", "important", "vital"}, func(d *D) *catalogue.Criticality { return &d.Criticality }).InList(),
		setting.RefOf("zone", setting.Zone, func(d *D) *people.ZoneID { return &d.Zone }).InList(),
		setting.RefOf("hours", setting.Calendar, func(d *D) *int64 { return &d.Hours }),
		setting.RefOf("support", setting.Team, func(d *D) *people.TeamID { return &d.Support }).InList(),
		setting.PersonOf("owner", func(d *D) *people.ID { return &d.Owner }),
		setting.RefOf("business_owner", setting.Department, func(d *D) *people.DepartmentID { return &d.BusinessOwner }),
		setting.ChoiceOf("operated_by", []string{"own", "province", "department", "cloud", "vendor"}, func(d *D) *catalogue.Operator { return &d.OperatedBy }),
		setting.ChoiceOf("audience", []string{"all", "staff", "departments"}, func(d *D) *catalogue.Audience { return &d.Audience }),
		setting.RefsOf("for", setting.Department, func(d *D) *[]people.DepartmentID { return &d.For }),
		setting.TextOf("description_en", 4000, func(d *D) *string { return &d.Description.En }),
		setting.TextOf("description_zh", 4000, func(d *D) *string { return &d.Description.Zh }),
		setting.TextOf("words", 300, func(d *D) *string { return &d.Words }),
	)
	s.Check = checkService
	return s
}

// stateOf joins the state that is kept with being retired.
func stateOf[D any](at func(*D) *catalogue.State) setting.Attribute {
	choices := []string{"draft", "published", "retiring", "retired"}
	f := setting.ChoiceOf("state", choices, at).InList()
	get, set := f.Get, f.Set
	f.Get = func(form *setting.Form) string {
		if form.Retired {
			return "retired"
		}
		return get(form)
	}
	f.Set = func(form *setting.Form, v string) error {
		if v == "retired" {
			form.Retired = true
			return nil
		}
		if err := set(form, v); err != nil {
			return err
		}
		form.Retired = false
		return nil
	}
	return f
}

// checkService holds the policy of service level management: no service in
// operation without owner, hours, support group and zone.
func checkService(_ *setting.All, f *setting.Form) error {
	d := f.Doc.(*catalogue.Service)
	var many fault.Many
	if !f.Retired && (d.State == catalogue.Published || d.State == catalogue.Retiring) {
		for field, empty := range map[string]bool{"owner": d.Owner == 0, "hours": d.Hours == 0, "support": d.Support == 0, "zone": d.Zone == 0} {
			if empty {
				many = append(many, fault.At(field, "directory.service_needs"))
			}
		}
	}
	if d.Audience == catalogue.Departments && len(d.For) == 0 {
		many = append(many, fault.At("for", "setting.required"))
	}
	slices.SortFunc(many, func(a, b *fault.Fault) int { return strings.Compare(a.Field, b.Field) })
	return many.Err()
}

func categories() setting.Sheet {
	type D = catalogue.Category
	return setting.NewSheet[D](setting.Category, 2,
		setting.SeveralOf("practices", Practices, func(d *D) *[]string { return &d.Practices }).InList(),
		setting.TextOf("words", 300, func(d *D) *string { return &d.Words }).InList(),
		setting.TextOf("note", 2000, func(d *D) *string { return &d.Note }),
	)
}

// Practices are the kinds of records that settings can be for.
var Practices = []string{"incident", "contact", "problem", "request", "change", "release", "risk", "knowledge"}

func causes() setting.Sheet {
	type D = catalogue.Cause
	s := setting.NewSheet[D](setting.Cause, 2,
		setting.ChoiceOf("lies", []string{string(catalogue.Usually), string(catalogue.Inside), string(catalogue.Outside)}, func(d *D) *catalogue.Lies { return &d.Lies }).InList(),
		setting.TextOf("note", 2000, func(d *D) *string { return &d.Note }))
	s.Check = func(_ *setting.All, f *setting.Form) error {
		if lies := f.Doc.(*D).Lies; f.Parent != 0 && lies != "" && lies != catalogue.Usually {
			return fault.At("lies", "setting.cause_below")
		}
		return nil
	}
	return s
}

func calendars() setting.Sheet {
	type D = calendar.Spec
	whole := setting.TableOf("spec", func(d *D) *D { return d })
	set := whole.Set
	whole.Set = func(f *setting.Form, v string) error {
		if err := set(f, v); err != nil {
			return err
		}
		f.Doc.(*D).Name = f.Name.In("en")
		return nil
	}
	s := setting.NewSheet[D](setting.Calendar, 0,
		zoneOf("time_zone", func(d *D) *string { return &d.Zone }).InList(), whole)
	s.Check = func(_ *setting.All, f *setting.Form) error {
		d := f.Doc.(*D)
		d.Name = f.Name.In("en")
		if d.Zone == "" {
			d.Zone = usualZone
		}
		return d.Validate()
	}
	return s
}

// usualZone is the time zone of a city in China.
const usualZone = "Asia/Shanghai"

func zoneOf[D any](name string, at func(*D) *string) setting.Attribute {
	f := setting.TextOf(name, 60, at)
	set := f.Set
	f.Set = func(form *setting.Form, v string) error {
		if _, err := time.LoadLocation(v); err != nil || v == "Local" {
			return fault.At(name, "calendar.bad_zone").With("zone", v)
		}
		return set(form, v)
	}
	return f
}

func agreements() setting.Sheet {
	type D = sla.Agreement
	kinds := make([]string, len(sla.Kinds))
	for i, k := range sla.Kinds {
		kinds[i] = string(k)
	}
	s := setting.NewSheet[D](setting.Agreement, 0,
		setting.ChoiceOf("kind", kinds, func(d *D) *sla.Kind { return &d.Kind }).InList(),
		setting.RefOf("party", setting.Team, func(d *D) *int64 { return &d.Party }),
		setting.RefsOf("services", setting.Service, func(d *D) *[]int64 { return &d.Services }).InList(),
		targets(),
		setting.TableOf("stops", func(d *D) *map[string][]sla.Name { return &d.Stops }),
		setting.TableOf("warn", func(d *D) *[]int { return &d.Warn }),
		dayOf("from", func(d *D) *time.Time { return &d.From }),
		dayOf("to", func(d *D) *time.Time { return &d.To }),
	)
	s.Check = func(all *setting.All, f *setting.Form) error {
		d := f.Doc.(*D)
		d.ID, d.NameEn, d.NameZh = max(f.ID, 0), f.Name.In("en"), f.Name.In("zh")
		if d.Kind == "" {
			d.Kind = sla.SLA
		}
		var many fault.Many
		if d.Kind != sla.SLA && d.Party == 0 {
			many = append(many, fault.At("party", "setting.required"))
		}
		for _, t := range d.Targets {
			if c := all.Find(setting.Calendar, t.Calendar); t.Calendar != 0 && (c == nil || c.Retired && !f.Retired) {
				many = append(many, fault.At("targets", "directory.no_calendar").With("priority", t.Priority))
			}
		}
		if err := many.Add(d.Validate()); err != nil {
			return err
		}
		return many.Err()
	}
	return s
}

// targets are the promises of an agreement; they name calendars.
func targets() setting.Attribute {
	type D = sla.Agreement
	f := setting.TableOf("targets", func(d *D) *[]sla.Target { return &d.Targets })
	f.Kind, f.Inside = setting.Calendar, []setting.Inside{{Path: "*.calendar", Kind: setting.Calendar}}
	f.Names = func(form *setting.Form) []int64 {
		var out []int64
		for _, t := range form.Doc.(*D).Targets {
			out = append(out, t.Calendar)
		}
		return out
	}
	return f
}

// dayOf is a date in the centre's zone, "2026-12-01"; its moment is midnight.
func dayOf[D any](name string, at func(*D) *time.Time) setting.Attribute {
	zone, err := time.LoadLocation(usualZone)
	if err != nil {
		zone = time.UTC
	}
	return setting.Attribute{
		Name: name, Type: setting.Date,
		Get: func(f *setting.Form) string {
			if t := *at(f.Doc.(*D)); !t.IsZero() {
				return t.In(zone).Format(time.DateOnly)
			}
			return ""
		},
		Set: func(f *setting.Form, v string) error {
			var t time.Time
			if v != "" {
				var err error
				if t, err = time.ParseInLocation(time.DateOnly, v, zone); err != nil {
					return fault.At(name, "catalogue.not_a_date")
				}
			}
			*at(f.Doc.(*D)) = t.UTC()
			return nil
		},
	}
}

func matrix() setting.Sheet {
	type D = catalogue.Matrix
	s := setting.NewSheet[D](setting.Centre, 0,
		setting.TableOf("grid", func(d *D) *[catalogue.Levels][catalogue.Levels]int { return &d.Grid }),
		setting.IntOf("vip", 1, catalogue.Levels, func(d *D) *int { return &d.VIP }),
		setting.IntOf("hall", 1, catalogue.Levels, func(d *D) *int { return &d.Hall }),
	)
	return document(s, MatrixCode, func(_ *setting.All, f *setting.Form) error { return f.Doc.(*D).Check() })
}

// MatrixCode and CentreCode are the codes of the centre's documents described
// here.
const (
	MatrixCode = "matrix"
	CentreCode = "centre"
)

// document makes a sheet that of one centre document: its code is fixed.
func document(s setting.Sheet, code string, check func(*setting.All, *setting.Form) error) setting.Sheet {
	s.Code, s.Check = code, check
	s.Fields = slices.DeleteFunc(s.Fields, func(f setting.Attribute) bool { return f.Name == "code" })
	if code == MatrixCode {
		s.Fields = slices.DeleteFunc(s.Fields, func(f setting.Attribute) bool { return strings.HasPrefix(f.Name, "name_") })
	}
	return s
}

func routing() setting.Sheet {
	type D = catalogue.Rule
	s := setting.NewSheet[D](setting.Routing, 0,
		setting.IntOf("order", 1, 9999, func(d *D) *int { return &d.Order }).InList(),
		setting.ChoiceOf("practice", append([]string{""}, Practices...), func(d *D) *string { return &d.Practice }),
		setting.RefOf("category", setting.Category, func(d *D) *int64 { return &d.Category }).InList(),
		setting.RefOf("service", setting.Service, func(d *D) *int64 { return &d.Service }).InList(),
		setting.RefOf("zone", setting.Zone, func(d *D) *people.ZoneID { return &d.Zone }).InList(),
		setting.RefOf("department", setting.Department, func(d *D) *people.DepartmentID { return &d.Department }).InList(),
		setting.IntOf("priority", 1, catalogue.Levels, func(d *D) *int { return &d.Priority }),
		setting.RefOf("team", setting.Team, func(d *D) *people.TeamID { return &d.Team }).Must().InList(),
	)
	s.Check = func(_ *setting.All, f *setting.Form) error {
		d := f.Doc.(*D)
		if d.Category == 0 && d.Service == 0 && d.Zone == 0 && d.Department == 0 && d.Priority == 0 && d.Order < 9000 {
			return fault.At("order", "directory.catch_all")
		}
		return nil
	}
	return s
}

// ofRecord are the fields of records that name settings and persons by id.
var ofRecord = []setting.Inside{
	{Path: "service", Kind: setting.Service, Quoted: true},
	{Path: "category", Kind: setting.Category, Quoted: true},
	{Path: "team", Kind: setting.Team, Quoted: true},
	{Path: "zone", Kind: setting.Zone, Quoted: true},
	{Path: "department", Kind: setting.Department, Quoted: true},
	{Path: "requester", Kind: setting.Human, Quoted: true},
	{Path: "owner", Kind: setting.Human, Quoted: true},
}

func templates(acts record.ActionChecks) setting.Sheet {
	type D = catalogue.Template
	s := setting.NewSheet[D](setting.Template, 0,
		setting.ChoiceOf("use", []string{"reply", "note", "record"}, func(d *D) *catalogue.Use { return &d.Use }).InList(),
		setting.ChoiceOf("practice", append([]string{""}, Practices...), func(d *D) *string { return &d.Practice }).InList(),
		setting.RefOf("team", setting.Team, func(d *D) *people.TeamID { return &d.Team }).InList(),
		setting.TextOf("body_en", 20_000, func(d *D) *string { return &d.Body.En }),
		setting.TextOf("body_zh", 20_000, func(d *D) *string { return &d.Body.Zh }),
		naming(setting.TableOf("fields", func(d *D) *map[string]string { return &d.Fields }), ofRecord...),
		record.ActionsOf("then", func(d *D) *[]record.Action { return &d.Then }),
	)
	s.Check = func(all *setting.All, f *setting.Form) error {
		d := f.Doc.(*D)
		var many fault.Many
		switch {
		case len(d.Then) == 0:
		case d.Use != catalogue.AsRecord:
			many = append(many, fault.At("then", "template.only_records"))
		case d.Practice == "":
			many = append(many, fault.At("practice", "template.which_records"))
		default:
			if err := many.Add(acts.Check(all, "then", record.Kind(d.Practice), d.Then)); err != nil {
				return err
			}
		}
		if d.Use != catalogue.AsRecord && d.Body.En == "" && d.Body.Zh == "" {
			many = append(many, fault.At("body_en", "setting.required"))
		}
		for field, text := range map[string]string{"body_en": d.Body.En, "body_zh": d.Body.Zh} {
			if err := many.Add(catalogue.CheckText(field, text)); err != nil {
				return err
			}
		}
		return many.Err()
	}
	return s
}

func fields() setting.Sheet {
	type D = catalogue.Field
	types := []string{"text", "long", "number", "choice", "yes", "date"}
	s := setting.NewSheet[D](setting.Field, 0,
		setting.ChoiceOf("practice", Practices, func(d *D) *string { return &d.Practice }).InList(),
		setting.ChoiceOf("type", types, func(d *D) *catalogue.FieldType { return &d.Type }).InList(),
		setting.TableOf("choices", func(d *D) *[]catalogue.Choice { return &d.Choices }),
		setting.IntOf("max", 1, 50_000, func(d *D) *int { return &d.Max }),
		setting.SeveralOf("must", nil, func(d *D) *[]string { return &d.Must }).InList(),
		setting.IntOf("order", 1, 999, func(d *D) *int { return &d.Order }),
		setting.BoolOf("public", func(d *D) *bool { return &d.Public }).InList(),
		setting.TextOf("help_en", 300, func(d *D) *string { return &d.Help.En }),
		setting.TextOf("help_zh", 300, func(d *D) *string { return &d.Help.Zh }),
	)
	s.Check = func(_ *setting.All, f *setting.Form) error { return f.Doc.(*D).Check() }
	return s
}

// Centre is the document about the centre itself.
type Centre struct {
	Lang      string `json:"lang,omitempty"` // of pages whose reader has not chosen
	Zone      string `json:"zone,omitempty"` // time zone
	Phone     string `json:"phone,omitempty"`
	Mail      string `json:"mail,omitempty"`
	Calendar  int64  `json:"calendar,omitempty"`  // the usual one
	NoSecrets bool   `json:"noSecrets,omitempty"` // warn that state secrets do not belong here
	NoLinks   bool   `json:"noLinks,omitempty"`   // mails hold no link to decide by without signing in
}

func centre() setting.Sheet {
	type D = Centre
	s := setting.NewSheet[D](setting.Centre, 0,
		setting.ChoiceOf("lang", []string{"zh", "en"}, func(d *D) *string { return &d.Lang }),
		zoneOf("time_zone", func(d *D) *string { return &d.Zone }),
		setting.TextOf("phone", 60, func(d *D) *string { return &d.Phone }),
		mailOf("mail", func(d *D) *string { return &d.Mail }),
		setting.RefOf("calendar", setting.Calendar, func(d *D) *int64 { return &d.Calendar }),
		setting.BoolOf("no_secrets", func(d *D) *bool { return &d.NoSecrets }),
		setting.BoolOf("no_links", func(d *D) *bool { return &d.NoLinks }),
	)
	return document(s, CentreCode, nil)
}
