package people

// Side says to which level of government a department belongs.
type Side string

// The two levels.
const (
	City     Side = "city"
	Province Side = "province"
)

// Department is what is kept of a department beside its names and its place in
// the tree.
type Department struct {
	Side  Side   `json:"side,omitempty"`
	Head  ID     `json:"head,omitempty"`
	Phone string `json:"phone,omitempty"`
	Place string `json:"place,omitempty"` // address or building
	Hall  bool   `json:"hall,omitempty"`  // serves the public at counters
}

// Post is a position that persons hold, in one department or in any.
type Post struct {
	Department DepartmentID `json:"department,omitempty"`
	VIP        bool         `json:"vip,omitempty"` // whoever holds it is treated as a very important person
}

// Zone is what is kept of a network zone.
type Zone struct {
	Isolated bool   `json:"isolated,omitempty"` // physically apart: nothing passes by wire
	Note     string `json:"note,omitempty"`     // what it is for and what may be written about it
}
