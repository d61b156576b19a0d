package main

import (
	"math/rand/v2"
	"strings"
)

// made is a reflection of a leader who does not exist, always the same one of a
// number: two sentences, 25 words or so.
func made(n uint64) string {
	chance := rand.New(rand.NewPCG(n, 8460))
	pick := func(words string) string {
		all := strings.Split(words, "|")
		return all[chance.IntN(len(all))]
	}
	return pick(whens) + " " + pick(whos) + " " + pick(dids) + " the " + pick(whats) + ", and I " + pick(mes) + ". " +
		"Afterwards the " + pick(whats) + " " + pick(stayed) + " " + pick(wheres) + "."
}

// The parts of made reflections; | stands between two.
const (
	whens  = "This morning|On Monday|Before the holidays|Late last night|After lunch|During the audit|At the offsite|In the corridor|On the train|Between two calls|At the station|In spring|During the strike|While it rained|On my birthday|In the first week"
	whos   = "our accountant|the youngest engineer|my deputy|a customer from Lyon|the works council|my predecessor|the night shift|an old colleague|the auditor|our founder|the new apprentice|somebody from sales|the choir of doubters|my own coach|a nurse|the landlord|our translator|the board"
	dids   = "questioned|praised|returned|misread|defended|postponed|rewrote|ignored|celebrated|cancelled|repaired|weighed|inspected|shelved|explained|lost|found|shared|measured|presented"
	whats  = "budget|timetable|promise|prototype|apology|letter|handover|contract|rumour|silence|memo|vacancy|invoice|garden|machine|lighthouse project|warehouse|calendar|award|mistake|merger|protocol|whiteboard|salary|forecast|offer|interview|translation|kitchen|inventory|roadmap|survey|toast|keynote|archive|lease|harvest|blueprint|orchestra|ferry"
	mes    = "noticed my shoulders rise|kept my hands still|answered too fast|let the pause stand|thought of my father|wrote nothing down|asked for a day|felt lighter than before|looked at the clock|saw how tired we are|heard my own impatience|thanked them twice|left the room early|stayed to the end|laughed at the wrong moment|wanted to be right"
	stayed = "stayed|waited|lay|stood|went round|slept|grew|shrank|hung|rested|remained|echoed"
	wheres = "in my head until evening|on the table between us|at the back of the drawer|in everybody's mailbox|under a pile of mail|among the winter coats|beside the coffee machine|in the margin of my notebook|on the window sill|between two departments|out of reach|where we had left it"
)
