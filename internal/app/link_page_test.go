package app

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/practice/signin"
)

// linked is an order that waits for its first consent, and the page of the link
// that the director's mail holds.
type linked struct {
	*orderStory
	one *request.Request
}

func mailed(t *testing.T, engine string) *linked {
	t.Helper()
	w := settle(t, engine)
	path := w.orderable(t)
	o := &orderStory{t: t, n: serve(t, w.db), w: w}
	o.ref = strings.TrimSuffix(strings.TrimPrefix(o.post(http.StatusSeeOther, access.Requester, path, "answers.name", "Ma Lan", "detail", "by Monday"), "/portal/requests/"), "?new=1")
	w.house.env.PublicURL = "https://desk.example"
	return (&linked{orderStory: o}).fresh()
}

func (l *linked) fresh() *linked {
	l.t.Helper()
	_, n, err := record.ParseRef(l.ref)
	if err != nil {
		l.t.Fatal(err)
	}
	if l.one, err = l.w.house.requests.Find(l.t.Context(), people.System(people.ViaJob), n); err != nil {
		l.t.Fatal(err)
	}
	return l
}

// link is a link for somebody, as his mail has it; "" when he gets none.
func (l *linked) link(who string) string {
	l.t.Helper()
	secret, err := l.w.house.decidePass(l.t.Context(), notice.Delivery{Person: l.w.id[who], What: notice.Asked, About: record.Request, Number: l.one.Number}, Now())
	if err != nil {
		l.t.Fatal(err)
	}
	if secret == "" {
		return ""
	}
	return notice.DecidePath + secret
}

// visit asks without signing in.
func (l *linked) visit(status int, method, path, body string) string {
	l.t.Helper()
	return l.n.want(status, "", method, path, body, "Content-Type: application/x-www-form-urlencoded", "Accept-Language: en").body
}

func (l *linked) state(want string) {
	l.t.Helper()
	if l.fresh(); string(l.one.State) != want {
		l.t.Errorf("the request is %s, want %s", l.one.State, want)
	}
}

func eachEngine(t *testing.T, test func(*testing.T, *linked)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) { test(t, mailed(t, engine)) })
	}
}

// Whoever is asked decides from his mail: the page tells the facts, only the
// button decides, and only once. Scanners look as often as they like.
func TestADecisionByTheLinkOfAMail(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, l *linked) {
		path := l.link("director")
		for range 3 { // scanners of mail servers
			page := l.visit(http.StatusOK, "GET", path, "")
			for _, word := range []string{"Ma Lan", "by Monday", `method="post"`} {
				if !strings.Contains(page, word) {
					t.Errorf("the page lacks %q", word)
				}
			}
			l.visit(http.StatusOK, "HEAD", path, "")
		}
		l.state("awaiting_approval")
		if page := l.visit(http.StatusUnprocessableEntity, "POST", path, "answer=no"); !strings.Contains(page, "Say why you refuse") {
			t.Error("a refusal without a reason is not asked for one")
		}
		l.visit(http.StatusUnprocessableEntity, "POST", path, "")
		l.visit(http.StatusSeeOther, "POST", path, "answer=yes&reason=fine")
		if page := l.visit(http.StatusOK, "GET", path, ""); !strings.Contains(page, "is recorded") || strings.Contains(page, "Ma Lan") {
			t.Error("the page does not say that it is done, or still tells the facts")
		}
		l.visit(http.StatusConflict, "POST", path, "answer=no&reason=replayed")
		l.state("awaiting_approval")
		rounds, err := l.w.house.db.Approvals().Rounds(t.Context(), l.one.ID)
		if err != nil || rounds[0].At != 1 || rounds[0].Stages[0].Seats[0].By != l.w.id["director"] {
			t.Fatalf("rounds %+v, %v", rounds, err)
		}
		for result, n := range map[audit.Result]int{audit.Done: 1, audit.Refused: 1} {
			rows, err := l.w.house.db.Audit().Rows(t.Context(), audit.Filter{Deed: "approval.link", Result: result, Limit: 10})
			if err != nil || len(rows) != n || rows[0].Via != people.ViaMail || rows[0].Actor != l.w.id["director"] {
				t.Errorf("%s: %d rows in the audit log, %v", result, len(rows), err)
			}
		}
		l.visit(http.StatusSeeOther, "POST", l.link("service_owner"), "answer=no&reason=too+dear")
		l.state("rejected")
	})
}

// What a link cannot do: decide for somebody else, after its time, after the
// record was withdrawn or changed, for who may no longer decide, once a newer
// one was sent, or where the centre wants none. Its secret is kept nowhere.
func TestWhatALinkCannotDo(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, l *linked) {
		ctx, db := t.Context(), l.w.house.db
		if got := l.link(access.Requester) + l.link("service_owner"); got != "" {
			t.Errorf("who is not asked got %s", got)
		}
		l.visit(http.StatusNotFound, "GET", notice.DecidePath+"guessed", "")
		l.visit(http.StatusNotFound, "POST", notice.DecidePath+"guessed", "answer=yes")
		first := l.link("director")
		second := l.link("director")
		l.visit(http.StatusNotFound, "POST", first, "answer=yes") // the newer mail took its place
		l.n.want(http.StatusForbidden, l.w.token["service_owner"], "POST", second, "answer=yes", "Content-Type: application/x-www-form-urlencoded")
		l.n.want(http.StatusForbidden, l.w.token[access.Requester], "GET", second, "")
		rounds, err := db.Approvals().Rounds(ctx, l.one.ID)
		if err != nil {
			t.Fatal(err)
		}
		keep := func(change func(*approval.Link)) string {
			t.Helper()
			link, secret := approval.NewLink(rounds[0], l.w.id["director"], l.one.Subject(), Now())
			change(&link)
			if err := db.Approvals().KeepLink(ctx, link, Now()); err != nil {
				t.Fatal(err)
			}
			return notice.DecidePath + secret
		}
		for name, change := range map[string]func(*approval.Link){
			"expired":       func(k *approval.Link) { k.Expires = Now().Add(-time.Minute) },
			"of what was":   func(k *approval.Link) { k.Subject = "other" },
			"of a stage":    func(k *approval.Link) { k.Stage = 1 },
			"of somebody":   func(k *approval.Link) { k.Person = l.w.id["service_owner"] },
			"of the author": func(k *approval.Link) { k.Person = l.w.id[access.Requester] },
		} {
			t.Log(name)
			path := keep(change)
			l.visit(http.StatusConflict, "GET", path, "")
			l.visit(http.StatusConflict, "POST", path, "answer=yes")
		}
		l.state("awaiting_approval")
		last := l.link("director")
		account := &signin.Account{Person: l.w.id["director"], Opened: Now(), Blocked: true, Why: "lost his key"}
		if err := db.Accounts().SaveAccount(ctx, account); err != nil {
			t.Fatal(err)
		}
		l.visit(http.StatusNotFound, "GET", last, "")
		l.visit(http.StatusNotFound, "POST", last, "answer=yes")
		if l.link("director") != "" {
			t.Error("a link for an account that is locked")
		}
		reads := l.w.house.audience().Reader
		if r, err := reads(ctx, account.Person); err != nil || !r.Gone {
			t.Errorf("an account that is locked is told of things: %+v, %v", r, err)
		}
		l.state("awaiting_approval")
		account.Version, account.Blocked = 1, false
		if err := db.Accounts().SaveAccount(ctx, account); err != nil {
			t.Fatal(err)
		}
		if r, err := reads(ctx, account.Person); err != nil || r.Gone {
			t.Errorf("an account that is open again is told nothing: %+v, %v", r, err)
		}
		l.post(http.StatusSeeOther, access.Requester, "/portal/requests/"+l.ref+"/cancel", "ended_as", "not_wanted")
		l.visit(http.StatusConflict, "POST", last, "answer=yes")
		l.state("cancelled")
		if l.link("director") != "" {
			t.Error("a link for what is withdrawn")
		}
	})
}

// box takes letters.
type box struct{ letters []notice.Letter }

func (b *box) Send(_ context.Context, l notice.Letter) error {
	b.letters = append(b.letters, l)
	return nil
}

// The secret of a link is in the letter and nowhere else: the ledger of mail
// does not hold it, and it is found by its hash only.
func TestTheSecretOfALinkIsInTheLetterAlone(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, l *linked) {
		ctx, db := t.Context(), l.w.house.db
		m, err := l.w.house.mailer(ctx)
		if err != nil {
			t.Fatal(err)
		}
		b := &box{}
		m.Way = func(context.Context) (notice.Sender, error) { return b, nil }
		m.Gather = func(context.Context, time.Time) error { return nil }
		d := notice.Delivery{Key: "k", Person: l.w.id["director"], Address: "d@example.org", Name: "D", Lang: "en", What: notice.Asked, About: record.Request, Number: l.one.Number, Title: "New post", Count: 1, At: Now(), Due: Now().Add(-time.Minute), State: notice.Waiting}
		if err := db.Mails().Add(ctx, &d); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Turn(ctx, Now()); err != nil || len(b.letters) != 1 {
			t.Fatalf("%d letters, %v", len(b.letters), err)
		}
		_, rest, _ := strings.Cut(b.letters[0].Text, "https://desk.example"+notice.DecidePath)
		secret, _, _ := strings.Cut(rest, "\n")
		if len(secret) < 40 || !strings.Contains(b.letters[0].Text, "https://desk.example/portal/requests/"+l.ref) {
			t.Fatalf("the letter says\n%s", b.letters[0].Text)
		}
		all, err := db.Mails().Ledger(ctx, "", 0, 10)
		if err != nil || len(all) != 1 || strings.Contains(fmt.Sprintf("%+v", all), secret) {
			t.Errorf("the ledger holds %+v, %v", all, err)
		}
		if _, _, err := db.Approvals().Link(ctx, secret); !fault.Is(err, fault.Missing) {
			t.Errorf("found without hashing: %v", err)
		}
		if k, _, err := db.Approvals().Link(ctx, approval.HashOf(secret)); err != nil || k.Person != l.w.id["director"] {
			t.Errorf("not found by its hash: %+v, %v", k, err)
		}
	})
}

// Two answers sent at the same moment from one link are one answer.
func TestALinkIsUsedOnceAtTheSameTime(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, l *linked) {
		path := l.link("director")
		const many = 6
		codes := make(chan int, many)
		for range many {
			go func() {
				r, err := l.n.ask("", "POST", path, "answer=yes", "Content-Type: application/x-www-form-urlencoded")
				if err != nil {
					codes <- 0
					return
				}
				codes <- r.status
			}()
		}
		done := 0
		for range many {
			if <-codes == http.StatusSeeOther {
				done++
			}
		}
		rounds, err := l.w.house.db.Approvals().Rounds(t.Context(), l.one.ID)
		if done != 1 || err != nil || rounds[0].At != 1 || len(rounds[0].Took()) != 1 {
			t.Errorf("%d answers were taken, %+v, %v", done, rounds[0], err)
		}
	})
}
