package incident

// Words is what search knows of an incident beside its title and timeline.
func (i *Incident) Words() string { return i.Description + "\n" + i.Solution }
