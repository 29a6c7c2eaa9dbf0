package history_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/practice/history"
)

// TestStatedMoments: an audit log states when a record was resolved and closed
// on every row; a row is when somebody wrote it down.
func TestStatedMoments(t *testing.T) {
	t.Parallel()
	m := "source: sn\nshape: audit_log\ntimes: {format: 'dd/MM/yyyy HH:mm'}\ncolumns: {case: number, time: at, state: state, team: team, opened: opened, resolved: resolved, closed: closed}\n" +
		"states: {New: new, Active: in_progress, Wait: pending(user), Resolved: resolved, Closed: closed}\n"
	const head = "number,at,state,team,opened,resolved,closed\n"
	for _, c := range []struct {
		name, log, want string
		odd             int
	}{
		{
			"resolved again later: the stated moment is the last",
			"1,29/2/2016 01:23,New,A,29/2/2016 01:16,29/2/2016 11:29,5/3/2016 12:00\n1,29/2/2016 08:53,Resolved,A,29/2/2016 01:16,29/2/2016 11:29,5/3/2016 12:00\n" +
				"1,29/2/2016 11:29,Resolved,A,29/2/2016 01:16,29/2/2016 11:29,5/3/2016 12:00\n1,5/3/2016 12:00,Closed,A,29/2/2016 01:16,29/2/2016 11:29,5/3/2016 12:00\n",
			`1 "1" closed opened 02-29T01:16 resolved 02-29T11:29 closed 03-05T12:00 P0/0/0 irregular 1 reopened 0 reassigned 0
  02-29T01:16 open >new  [||] implied
  02-29T01:23 event >  [|A|]
  02-29T08:53 event >  [|A|]
  02-29T11:29 move new>resolved  [|A|] !
  03-05T12:00 close resolved>closed  [|A|]
`, 0,
		},
		{
			"written down late, with another note between",
			"1,1/3/2016 09:00,Active,A,1/3/2016 09:00,1/3/2016 10:20,\n1,1/3/2016 10:30,Active,A,1/3/2016 09:00,1/3/2016 10:20,\n1,1/3/2016 10:35,Resolved,A,1/3/2016 09:00,1/3/2016 10:20,\n",
			`1 "1" resolved opened 03-01T09:00 resolved 03-01T10:20 P0/0/0 irregular 1 reopened 0 reassigned 0
  03-01T09:00 open >new  [||] implied
  03-01T09:00 move new>in_progress  [|A|] !
  03-01T10:20 resolve in_progress>resolved  [|A|] implied
  03-01T10:30 event >  [|A|]
  03-01T10:35 event >  [|A|]
`, 0,
		},
		{
			"work went on after the moment stated: the rows count",
			"1,1/3/2016 09:00,Active,A,,1/3/2016 09:10,\n1,1/3/2016 09:30,Wait,A,,1/3/2016 09:10,\n1,1/3/2016 10:35,Resolved,A,,1/3/2016 09:10,\n",
			`1 "1" resolved opened 03-01T09:00 resolved 03-01T10:35 P0/0/0 irregular 1 reopened 0 reassigned 0
  03-01T09:00 open >new  [||] implied
  03-01T09:00 move new>in_progress  [|A|] !
  03-01T09:30 wait in_progress>pending user [|A|]
  03-01T10:35 resolve pending>resolved  [|A|]
`, 1,
		},
		{
			"the row that says so hands it on as well: each at its own time",
			"1,1/3/2016 09:00,Active,A,,1/3/2016 10:20,\n1,1/3/2016 10:35,Resolved,B,,1/3/2016 10:20,\n",
			`1 "1" resolved opened 03-01T09:00 resolved 03-01T10:20 P0/0/0 irregular 1 reopened 0 reassigned 1
  03-01T09:00 open >new  [||] implied
  03-01T09:00 move new>in_progress  [|A|] !
  03-01T10:20 resolve in_progress>resolved  [|A|] implied
  03-01T10:35 edit >  [|B|] team:A>B
`, 0,
		},
		{
			"resolved again after closing: not closed any more",
			"1,1/3/2016 09:00,Active,A,,,\n1,1/3/2016 10:00,Closed,A,,,\n1,1/3/2016 11:00,Resolved,A,,,\n",
			`1 "1" resolved opened 03-01T09:00 resolved 03-01T10:00 P0/0/0 irregular 3 reopened 0 reassigned 0
  03-01T09:00 open >new  [||] implied
  03-01T09:00 move new>in_progress  [|A|] !
  03-01T10:00 move in_progress>closed  [|A|] !
  03-01T11:00 move closed>resolved  [|A|] !
`, 0,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := tell(t, fromText(head+c.log), parse(t, m))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, shorts(got.stories)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if got.sum.Reasons[history.OddResolved] != c.odd {
				t.Errorf("reasons %v, want %d odd", got.sum.Reasons, c.odd)
			}
		})
	}
}
