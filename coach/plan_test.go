package coach

import (
	"reflect"
	"strings"
	"testing"

	"innerwork/memory"
)

// The dialogue speaks to an interface, and that has no way to her plan: neither
// by a method's name nor by what one takes or returns.
func TestTheDialogueHasNoWayToHerPlan(t *testing.T) {
	t.Parallel()
	if _, ok := reflect.TypeFor[*memory.Store]().MethodByName("Plan"); !ok {
		t.Fatal("the store has no method Plan: this test would prove nothing")
	}
	plans := map[reflect.Type]bool{reflect.TypeFor[Plan](): true, reflect.TypeFor[*Plan](): true, reflect.TypeFor[PlanWords](): true}
	remembers := reflect.TypeFor[Memory]()
	for m := range remembers.Methods() {
		shows := strings.Contains(m.Name, "Plan")
		for in := range m.Type.Ins() {
			shows = shows || plans[in]
		}
		for out := range m.Type.Outs() {
			shows = shows || plans[out]
		}
		if shows {
			t.Errorf("%s leads to her plan", m.Name)
		}
	}
}
