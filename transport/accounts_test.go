package transport

import (
	"context"
	"sync"

	"innerwork/coach"
)

// register is Accounts in memory: people by the token that they are signed in
// with. Its passwords are all "open sesame".
type register struct {
	*recorder
	mu      sync.Mutex
	byToken map[string]entry
	down    error // answers every look at a session
	looks   int   // at sessions
}

type entry struct {
	person  coach.Person
	session coach.Session
}

// add signs in a person with the roles who has given her consent, and returns
// her token.
func (g *register) add(name string, roles ...coach.Role) (token string, person coach.Person) {
	g.mu.Lock()
	defer g.mu.Unlock()
	person = coach.Person{ID: newID(), Name: name, Roles: roles, Zone: "Europe/Lisbon", Consented: consentVersion}
	token = "token-of-" + name
	g.byToken[token] = entry{person, coach.Session{ID: newID(), Person: person.ID}}
	return token, person
}

func (g *register) change(token string, change func(*coach.Person)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.byToken[token]
	change(&e.person)
	g.byToken[token] = e
}

func (g *register) end(token string) (person, session coach.ID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.byToken[token]
	delete(g.byToken, token)
	return e.person.ID, e.session.ID
}

func (g *register) fail(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.down = err
}

func (g *register) looked() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.looks
}

func (g *register) Session(_ context.Context, token string) (coach.Person, coach.Session, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.looks++
	if g.down != nil {
		return coach.Person{}, coach.Session{}, g.down
	}
	e, ok := g.byToken[token]
	if !ok {
		return coach.Person{}, coach.Session{}, refuse(coach.CodeUnknown, "Please sign in.")
	}
	return e.person, e.session, nil
}

func (g *register) HasPeople(context.Context) (bool, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.byToken) > 0, nil
}

func (g *register) CreateFirst(_ context.Context, p coach.NewPerson) (coach.Person, []string, error) {
	_, person := g.add(p.Name, p.Roles...)
	return person, []string{"code"}, g.note("CreateFirst", p.Name, p.Zone, p.Roles)
}

func (g *register) SignIn(_ context.Context, name, password, device string) (coach.Person, string, []coach.Act, error) {
	token := "token-of-" + name
	g.mu.Lock()
	e, ok := g.byToken[token]
	g.mu.Unlock()
	if !ok || password != "open sesame" {
		return coach.Person{}, "", nil, refuse(coach.CodeUnknown, "That name and password do not fit.")
	}
	return e.person, token, nil, g.note("SignIn", name, device)
}

func (g *register) SignOut(_ context.Context, token string) error {
	g.end(token)
	return nil
}

func (g *register) Recover(_ context.Context, name, code, newPassword, _ string) (coach.Person, string, int, error) {
	return coach.Person{}, "token", 9, g.note("Recover", name, code, newPassword)
}
func (g *register) ChangePassword(_ context.Context, person, keep coach.ID, old, new string) error {
	return g.note("ChangePassword", person, keep != coach.ID{}, old, new)
}
func (g *register) NewRecoveryCodes(_ context.Context, person coach.ID, password string) ([]string, error) {
	return nil, g.note("NewRecoveryCodes", person, password)
}
func (g *register) SetZone(_ context.Context, person coach.ID, zone string) error {
	return g.note("SetZone", person, zone)
}
func (g *register) Consent(_ context.Context, person coach.ID, version string) error {
	return g.note("Consent", person, version)
}
func (g *register) Sessions(_ context.Context, person, _ coach.ID) ([]coach.Session, error) {
	return nil, g.note("Sessions", person)
}
func (g *register) EndSession(_ context.Context, person, id coach.ID) error {
	return g.note("EndSession", person, id)
}
func (g *register) Audit(_ context.Context, person coach.ID, before int64) ([]coach.Act, error) {
	return nil, g.note("Audit", person, before)
}
func (g *register) ToldOf(_ context.Context, person coach.ID, upTo int64) error {
	return g.note("ToldOf", person, upTo)
}
