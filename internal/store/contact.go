package store

import (
	"kilter/internal/practice/contact"
	"kilter/internal/practice/record"
)

// Contacts keeps the contacts.
func (db *DB) Contacts() record.Store[*contact.Contact] { return db.contacts() }

// LoadContacts takes whole contacts in, many at a time.
func (db *DB) LoadContacts() record.Loader[*contact.Contact] { return db.contacts() }

func (db *DB) contacts() book[*contact.Contact] {
	return book[*contact.Contact]{
		db: db, kind: record.Contact, table: "contact",
		cols:  []string{"description", "channel", "type", "caller", "phone", "answer", "article", "about"},
		fresh: func() *contact.Contact { return new(contact.Contact) },
		refs: func(c *contact.Contact) []any {
			return []any{&c.Description, &c.Channel, &c.Type, &c.Caller, &c.Phone, &c.Answer, &c.Article, &c.About}
		},
	}
}
