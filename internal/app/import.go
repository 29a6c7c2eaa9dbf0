package app

// importCmd is what can be brought in, one command a kind.
type importCmd struct {
	History importHistoryCmd `cmd:"" help:"cli.import.history"`

	Departments importDepartmentsCmd `cmd:"" help:"cli.import.departments"`
	Posts       importPostsCmd       `cmd:"" help:"cli.import.posts"`
	People      importPeopleCmd      `cmd:"" help:"cli.import.people"`
	Teams       importTeamsCmd       `cmd:"" help:"cli.import.teams"`
	Zones       importZonesCmd       `cmd:"" help:"cli.import.zones"`
	Services    importServicesCmd    `cmd:"" help:"cli.import.services"`
	Categories  importCategoriesCmd  `cmd:"" help:"cli.import.categories"`

	Settings importSettingsCmd `cmd:"" help:"cli.import.settings"`

	Items     importItemsCmd     `cmd:"" help:"cli.import.items"`
	Relations importRelationsCmd `cmd:"" help:"cli.import.relations"`

	Articles importArticlesCmd `cmd:"" help:"cli.import.articles"`

	Netbox  importNetBoxCmd  `cmd:"" help:"cli.import.netbox"`
	Graphml importGraphMLCmd `cmd:"" help:"cli.import.graphml"`
	Agent   importAgentCmd   `cmd:"" help:"cli.import.agent"`
	Nmap    importNmapCmd    `cmd:"" help:"cli.import.nmap"`
	Bundle  importBundleCmd  `cmd:"" help:"cli.import.bundle"`

	Undo importUndoCmd `cmd:"" help:"cli.import.undo"`
}
