-- Refresh tokens that were out when their account was deleted, hashed, until
-- they would have expired. Whoever brings one is told that the account is
-- gone; a phone whose access token has expired would never learn it else. No
-- user, no family: a row says nothing of whose it was.
CREATE TABLE deleted_sessions (
    token_hash BINARY(32) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    PRIMARY KEY (token_hash),
    KEY idx_deleted_session_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
