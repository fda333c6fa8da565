-- Who signs in with Google: `sub` is the identity, whatever the address is.
CREATE TABLE google_identities (
    sub VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id ${user_id} NOT NULL,
    linked_at DATETIME(6) NOT NULL,
    PRIMARY KEY (sub),
    UNIQUE KEY uq_google_user (user_id),
    CONSTRAINT fk_google_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Google's public keys, as cron fetched them from `source`.
CREATE TABLE google_key_sets (
    source VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    key_set TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    fetched_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    PRIMARY KEY (source)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
