-- What a user's access tokens carry as `gen`. Raising it ends them all at
-- once: a new password, or a logout from everywhere.
ALTER TABLE credentials ADD COLUMN generation INT UNSIGNED NOT NULL DEFAULT 0;
