package store

import (
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kilter/internal/practice/setting"
)

// at stores a time as UTC milliseconds, NULL when zero, so that comparing,
// subtracting and grouping read the same in both databases.
type at struct{ *time.Time }

func (a at) Value() (driver.Value, error) {
	if a.IsZero() {
		return nil, nil
	}
	return a.UnixMilli(), nil
}

func (a at) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*a.Time = time.Time{}
	case int64:
		*a.Time = time.UnixMilli(v).UTC()
	default:
		return fmt.Errorf("store: time from %T", v)
	}
	return nil
}

// far is what a due moment of none is stored as, so that it sorts last and
// keyset pages need no special case: the end of the year 9999.
const far = 253402300799000

// due stores a time as UTC milliseconds, far when zero.
type due struct{ *time.Time }

func (d due) Value() (driver.Value, error) {
	if d.IsZero() {
		return int64(far), nil
	}
	return d.UnixMilli(), nil
}

func (d due) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("store: due from %T", v)
	}
	*d.Time = time.Time{}
	if n != far {
		*d.Time = time.UnixMilli(n).UTC()
	}
	return nil
}

// ref stores an id that may be none: NULL when zero.
type ref[N ~int64] struct{ n *N }

func refTo[N ~int64](n *N) ref[N] { return ref[N]{n} }

func (r ref[N]) Value() (driver.Value, error) {
	if *r.n == 0 {
		return nil, nil
	}
	return int64(*r.n), nil
}

func (r ref[N]) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*r.n = 0
	case int64:
		*r.n = N(v)
	default:
		return fmt.Errorf("store: id from %T", v)
	}
	return nil
}

func orNull[N ~int64](n N) any {
	if n == 0 {
		return nil
	}
	return int64(n)
}

// idList is a column of several ids: with a comma before, between and after, so
// that one is found by ",5,"; none is the empty text.
type idList[N ~int64] struct{ ids *[]N }

func listOf[N ~int64](ids *[]N) idList[N] { return idList[N]{ids} }

func (l idList[N]) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("store: ids from %T", v)
	}
	*l.ids = nil
	for _, one := range setting.Split(s) {
		id, err := strconv.ParseInt(one, 10, 64)
		if err != nil {
			return fmt.Errorf("store: ids: %w", err)
		}
		*l.ids = append(*l.ids, N(id))
	}
	return nil
}

// Value writes the list.
func (l idList[N]) Value() (driver.Value, error) {
	if len(*l.ids) == 0 {
		return "", nil
	}
	var b strings.Builder
	for _, id := range *l.ids {
		b.WriteString("," + strconv.FormatInt(int64(id), 10))
	}
	return b.String() + ",", nil
}
