package memory

// store says what becomes of a table's rows when everything of a person is
// forgotten.
type kept struct {
	table string
	stays string // why the rows stay; "" for rows that go
	tomb  bool   // the ids leave tombstones
}

// stores is every table with an owner, in an order in which the foreign keys
// allow to empty them. A table that is not here fails the tests: forgetting
// must reach it, or there must be a reason why not.
var stores = []kept{
	{table: "import_skips"},
	{table: "import_entries"},
	{table: "imports"},
	{table: "carried"},
	{table: "themes"},
	{table: "plans", tomb: true},
	{table: "answers"},
	{table: "marks"},
	{table: "line_quotes"},
	{table: "lines", tomb: true},
	{table: "summaries"},
	{table: "proposal_quotes"},
	{table: "proposals"},
	{table: "insight_quotes"},
	{table: "insight_wordings"},
	{table: "insights", tomb: true},
	{table: "commitment_asks"},
	{table: "commitments", tomb: true},
	{table: "lent"},
	{table: "senses"},
	{table: "vectors"},
	{table: "terms"},
	{table: "passages"},
	{table: "threads"},
	{table: "sources"},
	{table: "mirrored"},
	{table: "sentences"},
	{table: "quotes"},
	{table: "events"},
	{table: "replies"},
	{table: "reflections", tomb: true},
	{table: "conversations", tomb: true},

	{table: "learning", stays: "whether her words are recalled later; a time"},
	{table: "indexes", stays: "numbers about the index"},
	{table: "releases", stays: "that there was a release, and when it ended; ids and times"},
	{table: "readings", stays: "that a coach saw a line, and when; ids and times"},
	{table: "coachings", stays: "the tie to a coach; ids and times"},
	{table: "paces", stays: "how often she asked in the last minute; times"},
	{table: "unrecorded", stays: "how many tokens a day took off the record; numbers"},
	{table: "tombstones", stays: "ids of what is forgotten, so that nothing brings it back"},
	{table: "forgettings", stays: "the receipts; counts and times"},
}
