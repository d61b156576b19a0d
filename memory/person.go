package memory

import "time"

// Role is what a Person may be; a Person has a set of them.
type Role string

// The roles.
const (
	RoleLeader   Role = "leader"
	RoleCoach    Role = "coach"
	RoleOperator Role = "operator"
)

// Person is one account.
type Person struct {
	ID         ID         `json:"id"`
	Name       string     `json:"name"` // what she signs in with
	Roles      []Role     `json:"roles"`
	Zone       string     `json:"zone"`                // IANA time zone, such as "Europe/Lisbon"
	Consented  string     `json:"consented,omitempty"` // version of the consent text she agreed to; "" before
	CreatedAt  time.Time  `json:"createdAt"`
	DisabledAt *time.Time `json:"disabledAt,omitempty"`
}

// Has reports whether the person has the role.
func (p Person) Has(role Role) bool {
	for _, r := range p.Roles {
		if r == role {
			return true
		}
	}
	return false
}

// Session is one signed-in browser. Its token is stored hashed and is never
// shown again.
type Session struct {
	ID        ID        `json:"id"`
	Person    ID        `json:"-"`
	CreatedAt time.Time `json:"createdAt"`
	SeenAt    time.Time `json:"seenAt"`
	ExpiresAt time.Time `json:"expiresAt"`
	Device    string    `json:"device"` // what the browser calls itself, shortened
	Current   bool      `json:"current"`
}

// InvitationKind says what redeeming an Invitation makes of the redeemer.
type InvitationKind string

// The kinds of invitation.
const (
	InviteLeader InvitationKind = "leader" // by an operator: an account of her own
	InviteCoach  InvitationKind = "coach"  // by a leader: to be her human coach
)

// Invitation is a link that works once, for a while.
type Invitation struct {
	ID         ID             `json:"id"`
	Kind       InvitationKind `json:"kind"`
	Inviter    ID             `json:"-"`
	CreatedAt  time.Time      `json:"createdAt"`
	ExpiresAt  time.Time      `json:"expiresAt"`
	RedeemedAt *time.Time     `json:"redeemedAt,omitempty"`
	RevokedAt  *time.Time     `json:"revokedAt,omitempty"`
}

// Act is one line of a person's audit: what was done, never with words in it.
type Act struct {
	Seq   int64     `json:"seq"`
	Actor ID        `json:"actor"` // herself, or the operator or coach who did it
	Act   string    `json:"act"`   // such as "sign-in", "reset by operator", "line released"
	About *ID       `json:"about,omitempty"`
	At    time.Time `json:"at"`
	Told  bool      `json:"told"` // false while she has still to be told of it at sign-in
}
