package incident

// Assess derives the priority from impact and urgency: the mean, half rounded
// up, between 1 and 4; a city-wide impact that stops or seriously hinders work
// is always 1 (product policy, domain/mof section IM). It is 0 while either is
// not yet said.
func Assess(impact, urgency Level) int {
	if impact == 0 || urgency == 0 {
		return 0
	}
	if impact == 1 && urgency <= 2 {
		return 1
	}
	return min(max((int(impact)+int(urgency)+1)/2, 1), 4)
}
