package store_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/privacy"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// inFile reports whether the files of a database hold a word.
func inFile(t *testing.T, path, word string) bool {
	t.Helper()
	for _, name := range []string{path, path + "-wal"} {
		data, err := os.ReadFile(name)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(bytes.ToLower(data), []byte(word)) {
			return true
		}
	}
	return false
}

// erase runs the duty to its end, closing and opening the database between its
// steps, as restarts would.
func erase(t *testing.T, db *store.DB, url string) *store.DB {
	t.Helper()
	for n := 0; ; n++ {
		more, err := db.Privacy().Erase(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return db
		}
		if n%2 == 0 {
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if db, err = store.Open(t.Context(), url); err != nil {
				t.Fatal(err)
			}
		}
		if n > 500 {
			t.Fatal("erasing comes to no end")
		}
	}
}

// What was masked is in no page of the file: not in the index, not in free
// pages, not in the log.
func TestMaskedWordsAreGoneFromTheFile(t *testing.T) {
	t.Parallel()
	url := storetest.URL(t, "sqlite")
	path := strings.TrimPrefix(url, "sqlite:")
	db, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // the last one is closed below
	now := nine
	who := people.Person{Code: "zebulon", Name: "Zebulon Quagmire", Mail: "zebulon@city.example", Phone: "5558674309", Changed: now}
	if err := db.SavePerson(t.Context(), &who); err != nil {
		t.Fatal(err)
	}
	d, by := desk(db, &now), people.System(people.ViaJob)
	var last *incident.Incident
	for n := range 300 { // enough that the index has several segments and merges some
		i := &incident.Incident{}
		title, room, said := fmt.Sprintf("Printer %d of room %d", n, n%17), "", strings.Repeat(fmt.Sprintf("filler%d ", n), 30)
		if n%10 == 0 {
			i.Requester = who.ID
			title, room, said = title+" for Zebulon Quagmire", "zebulon's", said+"ask zebulon@city.example or 5558674309"
		}
		if err := d.Open(t.Context(), by, i, record.Input{Fields: map[string]string{"title": title, "description": said, "room": room}, Text: said}); err != nil {
			t.Fatal(err)
		}
		if n%10 == 0 {
			last = i
		}
	}
	m := notice.Delivery{Key: "k", Person: who.ID, Address: who.Mail, Name: who.Name, Lang: "en", What: notice.Test, About: record.Incident, Number: last.Number, Title: last.Title, Text: "Dear Zebulon Quagmire", At: now, Due: now, State: notice.Waiting}
	if err := db.Mails().Add(t.Context(), &m); err != nil {
		t.Fatal(err)
	}
	words := []string{"zebulon", "quagmire", "5558674309"}
	for _, word := range words {
		if !inFile(t, path, word) {
			t.Fatalf("%s was never in the file: the test looks at the wrong one", word)
		}
	}
	if err := db.Privacy().MaskPerson(t.Context(), who.ID, privacy.Alias(who.ID), now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	db = erase(t, db, url)
	if more, err := db.Privacy().Erase(t.Context()); more || err != nil {
		t.Errorf("erased, yet more: %v, %v", more, err)
	}
	for _, word := range words {
		if inFile(t, path, word) {
			t.Errorf("the file still holds %q", word)
		}
	}
	rows, err := db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Where: query.Words("filler290"), Limit: 5})
	if err != nil || len(rows) != 1 {
		t.Errorf("the merged index finds %d, %v", len(rows), err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// PostgreSQL keeps a word as a key of the full-text index when no record has it
// any more; erasing builds the index anew, and a half-built one is no obstacle.
func TestMaskedWordsAreGoneFromTheIndexOfPostgres(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, "postgres")
	now := nine
	who := people.Person{Code: "zebulon", Name: "Zebulon Quagmire", Mail: "zebulon@city.example", Changed: now}
	if err := db.SavePerson(t.Context(), &who); err != nil {
		t.Fatal(err)
	}
	d, by := desk(db, &now), people.System(people.ViaJob)
	i := &incident.Incident{}
	i.Requester = who.ID
	if err := d.Open(t.Context(), by, i, record.Input{Fields: map[string]string{"title": "Zebulon Quagmire cannot print"}}); err != nil {
		t.Fatal(err)
	}
	held := func() bool {
		for _, q := range []string{`SELECT 'cleaned' FROM gin_clean_pending_list('search_words')`, `CHECKPOINT`} {
			if _, err := db.ExecForTest(t.Context(), q); err != nil {
				t.Skip("the test's role may not look into files:", err)
			}
		}
		file, err := db.BytesForTest(t.Context(), `SELECT pg_read_binary_file(pg_relation_filepath('search_words'))`)
		if err != nil {
			t.Skip("the test's role may not look into files:", err)
		}
		return bytes.Contains(file[0], []byte("quagmire"))
	}
	if !held() {
		t.Fatal("the word was never in the index: the test looks at the wrong file")
	}
	if _, err := db.ExecForTest(t.Context(), `CREATE INDEX search_words_ccnew ON search USING gin (words)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Privacy().MaskPerson(t.Context(), who.ID, privacy.Alias(who.ID), now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		var err error
		if more, err = db.Privacy().Erase(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if held() {
		t.Error("the index still holds the word")
	}
	if got, err := db.TextsForTest(t.Context(), `SELECT indexname FROM pg_indexes WHERE tablename = 'search' AND indexname LIKE '%ccnew%'`); err != nil || len(got) > 0 {
		t.Errorf("left behind: %v, %v", got, err)
	}
}
