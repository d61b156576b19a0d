-- +goose Up
-- Recall among a hundred thousand passages: a first look at one bit a number of
-- each vector, and what is read of a passage's place and terms stands in the
-- indexes themselves.

TRUNCATE vectors, senses; -- made anew in the background, with their signs
ALTER TABLE indexes NO FORCE ROW LEVEL SECURITY;
UPDATE indexes SET generation = NULL, beside = NULL, wanting = clock_timestamp();
ALTER TABLE indexes FORCE ROW LEVEL SECURITY;
DELETE FROM generations;

ALTER TABLE generations ADD COLUMN centre halfvec NOT NULL;
COMMENT ON COLUMN generations.centre IS 'the mean of some sentences of nobody; vectors of one model lie close together, and only on which side of their middle each lies tells them apart';

ALTER TABLE vectors
    ADD COLUMN signs bit varying NOT NULL, -- of embedding - centre
    ADD CHECK (length(signs) = dimension);
CREATE INDEX vectors_signs ON vectors (owner, generation, place) INCLUDE (signs);

ALTER TABLE terms DROP CONSTRAINT terms_pkey, ADD PRIMARY KEY (owner, term, place) INCLUDE (count, label);
ALTER TABLE lent DROP CONSTRAINT lent_pkey, ADD PRIMARY KEY (owner, term, place, reply) INCLUDE (count);

ALTER TABLE indexes
    ADD COLUMN windows bigint[] NOT NULL DEFAULT '{}', -- places at equal distances, from each of which some passages are a sample of all
    ADD COLUMN spread_over int NOT NULL DEFAULT 0;     -- how many passages there were then
