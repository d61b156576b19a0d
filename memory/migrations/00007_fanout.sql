-- +goose Up
-- Each node looks every few seconds at what has changed lately, for all owners
-- at once, in case another node was lost before it could tell.
CREATE INDEX conversations_changed ON conversations (last_at);
