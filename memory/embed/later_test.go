package embed

import (
	"testing"
)

func TestLaterStandsForTheLocalModel(t *testing.T) {
	t.Parallel()
	l := Later(LocalConfig{Parts: t.TempDir(), Runtime: t.TempDir()})
	if l.Model() != localModel || l.Dimension() != localDimension {
		t.Errorf("it says that it is %s of %d", l.Model(), l.Dimension())
	}
	for range 2 {
		if _, err := l.Query(t.Context(), "a quiet harbour"); err == nil {
			t.Error("without its parts it answers")
		}
	}
	if _, _, err := l.(Wordwise).QueryWords(t.Context(), "a quiet harbour"); err == nil {
		t.Error("without its parts it has words")
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}
