package rows_test

import (
	"net/url"
	"testing"

	"kilter/internal/web/rows"
)

func typed() url.Values {
	return url.Values{
		"questions[1].name": {"a"}, "questions[3].name": {"c "}, "questions[3].columns[1].name": {"x"}, "questions[3].columns[2].name": {"y"},
		"plan[1].questions[1].name": {"count"}, "version": {"7"}, "other[1].name": {"no"}, "questions[0].name": {"bad"}, "questions[x].name": {"bad"},
		"questions[999999].name": {"far"}, "questions[1].columns[1].columns[1].columns[1].name": {"deep"}, "questions[1]": {"bad"},
	}
}

func names(list []*rows.Row) (out string) {
	for _, r := range list {
		out += r.Get("name") + " "
	}
	return out
}

// What was typed is read by the names of its inputs; gaps close, and what is
// not of these lists, or too far or deep, is left alone.
func TestRead(t *testing.T) {
	t.Parallel()
	top := rows.Read(typed(), "questions", "plan")
	if got := names(top.Lists["questions"]); got != "a c " {
		t.Errorf("questions %q", got)
	}
	if got := names(top.Lists["questions"][1].Lists["columns"]); got != "x y " {
		t.Errorf("columns %q", got)
	}
	if got := names(top.Lists["plan"][0].Lists["questions"]); got != "count " {
		t.Errorf("questions of a task %q", got)
	}
	if len(top.Lists) != 2 {
		t.Errorf("%d lists", len(top.Lists))
	}
}

// Each deed changes its list and names the row that it is about then.
func TestDo(t *testing.T) {
	t.Parallel()
	fresh := func(list string) *rows.Row { return rows.New("name", "new "+list) }
	for _, c := range []struct {
		deed         rows.Deed
		at, want, is string
		bad          bool
	}{
		{rows.Up, "questions[2]", "questions[1]", "c a ", false},
		{rows.Up, "questions[1]", "questions[1]", "a c ", false},
		{rows.Down, "questions[1]", "questions[2]", "c a ", false},
		{rows.Down, "questions[2]", "questions[2]", "a c ", false},
		{rows.Drop, "questions[1]", "questions[1]", "c ", false},
		{rows.Drop, "questions[2]", "questions[1]", "a ", false},
		{rows.Copy, "questions[2]", "questions[3]", "a c c ", false},
		{rows.Add, "questions", "questions[3]", "a c new questions ", false},
		{rows.Add, "plan[1].questions", "plan[1].questions[2]", "a c ", false},
		{rows.Drop, "plan[1].questions[1]", "", "a c ", false},
		{rows.Drop, "questions[3]", "", "a c ", true},
		{rows.Up, "plan[9].questions[1]", "", "a c ", true},
		{"burn", "questions[1]", "", "a c ", true},
		{rows.Drop, "questions", "", "a c ", true},
	} {
		top := rows.Read(typed(), "questions", "plan")
		got, err := top.Do(c.deed, c.at, fresh)
		if got != c.want || (err != nil) != c.bad || names(top.Lists["questions"]) != c.is {
			t.Errorf("%s %s: %q %v, %q", c.deed, c.at, got, err, names(top.Lists["questions"]))
		}
	}
}

// A copy is its own: what is changed in it does not change the first.
func TestCopyIsItsOwn(t *testing.T) {
	t.Parallel()
	top := rows.Read(typed(), "questions")
	if _, err := top.Do(rows.Copy, "questions[2]", nil); err != nil {
		t.Fatal(err)
	}
	top.Lists["questions"][2].Lists["columns"][0].Text["name"] = "changed"
	if got := names(top.Lists["questions"][1].Lists["columns"]); got != "x y " {
		t.Errorf("the first has %q", got)
	}
}

func FuzzRead(f *testing.F) {
	for name := range typed() {
		f.Add(name, "up", name)
	}
	f.Fuzz(func(t *testing.T, name, deed, at string) {
		top := rows.Read(url.Values{name: {"x"}}, "questions", "plan")
		if _, err := top.Do(rows.Deed(deed), at, func(string) *rows.Row { return rows.New() }); err != nil {
			return
		}
		for _, list := range top.Lists {
			for _, r := range list {
				if r == nil {
					t.Fatal("a row that is none")
				}
			}
		}
	})
}
