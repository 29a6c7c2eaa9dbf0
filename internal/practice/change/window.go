package change

import (
	"time"

	"kilter/internal/base/fault"
)

// How soon what was done in an emergency is written down (domain/mof, section
// CHG).
const (
	RecordWithin   = 24 * time.Hour // an authorisation by telephone, from when it was given
	DocumentWithin = 48 * time.Hour // the change, from when it was carried out
)

// longestWindow bounds a window: what takes longer is a project of several.
const longestWindow = 14 * 24 * time.Hour

// hasWindow is the need of a window that ends after it begins.
func hasWindow(c *Change) error {
	switch {
	case c.Starts.IsZero():
		return fault.At("starts", "record.required")
	case c.Ends.IsZero():
		return fault.At("ends", "record.required")
	case !c.Ends.After(c.Starts):
		return fault.At("ends", "change.ends_before")
	case c.Ends.Sub(c.Starts) > longestWindow:
		return fault.At("ends", "change.window_too_long").With("days", int(longestWindow.Hours()/24))
	}
	return nil
}

// backOutFits is the need that the window leaves the time to take the change
// back, and some to carry it out before.
func backOutFits(c *Change) error {
	if c.Starts.IsZero() || c.Ends.IsZero() || !c.Ends.After(c.Starts) {
		return nil // said by hasWindow
	}
	if !c.TurnBack().After(c.Starts) {
		return fault.At("ends", "change.no_time_to_back_out").With("minutes", c.BackOutTime).With("window", int(c.Ends.Sub(c.Starts).Minutes()))
	}
	return nil
}

// Window is when the change is to be carried out.
func (c *Change) Window() Span { return Span{c.Starts, c.Ends} }

// TurnBack is the moment after which a change can no longer be taken back
// inside its window.
func (c *Change) TurnBack() time.Time {
	return c.Ends.Add(-time.Duration(c.BackOutTime) * time.Minute)
}

// Begins says why the change may not be begun at a moment: outside its window,
// or when there is no longer the time to take it back. In an emergency it may be
// begun as soon as it is authorised.
func (c *Change) Begins(now time.Time) error {
	switch {
	case c.Type == Emergency:
		return nil
	case c.Starts.IsZero():
		return fault.New(fault.Conflict, "change.no_window")
	case now.Before(c.Starts), !now.Before(c.Ends):
		return fault.New(fault.Conflict, "change.outside_window").With("starts", c.Starts).With("ends", c.Ends)
	case !now.Before(c.TurnBack()):
		return fault.New(fault.Conflict, "change.too_late_to_begin").With("latest", c.TurnBack())
	}
	return nil
}
