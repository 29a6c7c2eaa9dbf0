package app

// importCmd is what can be brought in, one command a kind.
type importCmd struct {
	History importHistoryCmd `cmd:"" help:"Bring in the history of another tool: an event log as CSV, XLSX or XES."`
}
