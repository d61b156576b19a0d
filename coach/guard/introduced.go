package guard

// Introduced counts the content words of a sentence to her, and those among
// them that she has not said: what the coach brought in. Persons and the closed
// classes of English are no content.
func Introduced(sentence string, said []string) (introduced, content int) {
	e := listen(Heard{Said: said})
	for _, w := range words(sentence, byCoach) {
		if functions[w.key] || w.key[0] == '@' || fillers[w.raw] {
			continue
		}
		if content++; !e.said[w.key] {
			introduced++
		}
	}
	return introduced, content
}
