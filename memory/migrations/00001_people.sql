-- +goose Up
-- Accounts: what signing in needs. None of these tables holds anybody's words;
-- role "system" serves them; the others see no more than their own coachings.

-- +goose StatementBegin
CREATE FUNCTION person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('innerwork.person', true), '')::uuid;
-- +goose StatementEnd
COMMENT ON FUNCTION person() IS 'who the open transaction acts for; NULL, and so no row, if nobody';

CREATE TABLE people (
    id           uuid PRIMARY KEY,
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 64),
    password     text NOT NULL, -- argon2id, with its parameters
    zone         text NOT NULL DEFAULT 'UTC',
    created_at   timestamptz NOT NULL DEFAULT now(),
    disabled_at  timestamptz
);
CREATE UNIQUE INDEX people_name ON people (lower(name));

CREATE TABLE person_roles (
    person uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    role   text NOT NULL CHECK (role IN ('leader', 'coach', 'operator')),
    PRIMARY KEY (person, role)
);

CREATE TABLE consents (
    person  uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    version text NOT NULL,
    at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (person, version)
);

CREATE TABLE recovery_codes (
    person     uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    hash       bytea NOT NULL,
    used_at    timestamptz,
    expires_at timestamptz, -- of one that an operator handed over; NULL: never
    PRIMARY KEY (person, hash)
);

CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY, -- SHA-256 of the cookie's value
    id         uuid NOT NULL UNIQUE,
    person     uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    device     text NOT NULL DEFAULT ''
);
CREATE INDEX sessions_person ON sessions (person);

CREATE TABLE sign_in_attempts (
    name_hash bytea NOT NULL, -- of the lower-cased name, known or not
    at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_in_attempts_name ON sign_in_attempts (name_hash, at);

CREATE TABLE invitations (
    id          uuid PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('leader', 'coach')),
    secret_hash bytea NOT NULL UNIQUE,
    inviter     uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    redeemed_by uuid REFERENCES people ON DELETE SET NULL,
    redeemed_at timestamptz,
    revoked_at  timestamptz
);

CREATE TABLE coachings (
    owner        uuid NOT NULL REFERENCES people ON DELETE CASCADE, -- the leader
    coach        uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    invitation   uuid NOT NULL UNIQUE REFERENCES invitations,
    redeemed_at  timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz,
    ended_at     timestamptz,
    PRIMARY KEY (owner, coach),
    CHECK (owner <> coach)
);
ALTER TABLE coachings ENABLE ROW LEVEL SECURITY;
ALTER TABLE coachings FORCE ROW LEVEL SECURITY;
CREATE POLICY accounts ON coachings TO innerwork_system USING (true) WITH CHECK (true);
CREATE POLICY own ON coachings FOR SELECT TO innerwork_act USING (owner = person());
CREATE POLICY tied ON coachings FOR SELECT TO innerwork_reader USING (coach = person());
COMMENT ON TABLE coachings IS 'read by act and reader too, each its own person''s rows: a release needs a tie that she confirmed and nobody ended';

CREATE TABLE audit (
    seq    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person uuid NOT NULL, -- whose audit it is in
    actor  uuid NOT NULL, -- who did it
    act    text NOT NULL,
    about  uuid,
    at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    notify boolean NOT NULL DEFAULT false -- she is told of it at the next sign-in
);
CREATE INDEX audit_person ON audit (person, seq);
COMMENT ON TABLE audit IS 'append-only, without words: no role but the migrator may update or delete';

CREATE TABLE audit_told (
    seq bigint PRIMARY KEY REFERENCES audit,
    at  timestamptz NOT NULL DEFAULT now()
);
