package app

// importCmd is what can be brought in, one command a kind.
type importCmd struct {
	History importHistoryCmd `cmd:"" help:"Bring in the history of another tool: an event log as CSV, XLSX or XES."`

	Departments importDepartmentsCmd `cmd:"" help:"Bring in a table of departments."`
	Posts       importPostsCmd       `cmd:"" help:"Bring in a table of posts."`
	People      importPeopleCmd      `cmd:"" help:"Bring in a table of persons."`
	Teams       importTeamsCmd       `cmd:"" help:"Bring in a table of teams and their members."`
	Zones       importZonesCmd       `cmd:"" help:"Bring in a table of network zones."`
	Services    importServicesCmd    `cmd:"" help:"Bring in a table of services."`
	Categories  importCategoriesCmd  `cmd:"" help:"Bring in a table of categories."`

	Settings importSettingsCmd `cmd:"" help:"Bring in all settings, as kilter export settings wrote them into one file."`

	Items     importItemsCmd     `cmd:"" help:"Bring in a table of configuration items, approve or undo such an import."`
	Relations importRelationsCmd `cmd:"" help:"Bring in a table of relations between items."`

	Articles importArticlesCmd `cmd:"" help:"Bring in articles of the knowledge base, as drafts."`

	Netbox  importNetBoxCmd  `cmd:"" help:"Bring in what NetBox exports: answers of its REST interface, or a dump of its database."`
	Graphml importGraphMLCmd `cmd:"" help:"Bring in a network drawn as GraphML."`
	Agent   importAgentCmd   `cmd:"" help:"Bring in the inventory of one machine, as an agent of GLPI or FusionInventory wrote it."`
	Nmap    importNmapCmd    `cmd:"" help:"Bring in what nmap found (nmap -oX)."`
	Bundle  importBundleCmd  `cmd:"" help:"Bring in a signed bundle of another Kilter (kilter bundle export)."`

	Undo importUndoCmd `cmd:"" help:"Take an imported table back."`
}
