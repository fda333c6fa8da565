-- The whole schema of the first release. Every table names its engine, charset
-- and collation; times are UTC; ${user_id} stands for the type of users.id,
-- ${counters_engine} for MEMORY or InnoDB.

-- One row per user. A `users` table of another backend is adopted as it is:
-- only its `id` is used.
CREATE TABLE IF NOT EXISTS users (
    id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A user's address and password here. Separate from `users`, because an
-- adopted table keeps its columns. Access tokens carry `generation` as `gen`:
-- raising it revokes all access tokens of the user.
CREATE TABLE credentials (
    user_id ${user_id} NOT NULL,
    email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    created_at DATETIME(6) NOT NULL,
    generation INT UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id),
    UNIQUE KEY uq_credentials_email (email),
    CONSTRAINT fk_credentials_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Google accounts that sign in as a user. `sub` is the identity; the address
-- may change.
CREATE TABLE google_identities (
    sub VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id ${user_id} NOT NULL,
    linked_at DATETIME(6) NOT NULL,
    PRIMARY KEY (sub),
    UNIQUE KEY uq_google_user (user_id),
    CONSTRAINT fk_google_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Google's public keys, as `weightctl google-keys` fetched them from `source`.
CREATE TABLE google_key_sets (
    source VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    key_set TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    fetched_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    PRIMARY KEY (source)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One row per session, a sign-in on a device, with the end of its chain of
-- refresh tokens: hashes of the newest token and of the one before it, and the
-- key that derives each token from its predecessor. `expires_at` moves with
-- each refresh, up to `ends_at`. A session is valid in the generation of its
-- user's credentials in which it began. `network` is a hash of the address that
-- used the session last: there, guesses elsewhere do not keep the owner out. (A
-- table `sessions` would collide with those of PHP frameworks.)
CREATE TABLE device_sessions (
    id BINARY(16) NOT NULL,
    user_id ${user_id} NOT NULL,
    generation INT UNSIGNED NOT NULL,
    device_name VARCHAR(64) NULL,
    network BINARY(16) NULL,
    created_at DATETIME(6) NOT NULL,
    last_used_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    ends_at DATETIME(6) NOT NULL,
    token_hash BINARY(32) NOT NULL,
    spent_hash BINARY(32) NULL,
    spent_at DATETIME(6) NULL,
    successor_no INT UNSIGNED NOT NULL DEFAULT 0,
    successor_key BINARY(32) NOT NULL,
    PRIMARY KEY (id),
    KEY idx_session_user (user_id),
    KEY idx_session_expiry (expires_at),
    CONSTRAINT fk_session_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One-time codes, one for an address at a time, for a forgotten password or a
-- new account. Both hashes have a key that is not in the database. Addresses
-- without an account have rows too, so that every address takes the same
-- statements. Five wrong guesses end a code.
CREATE TABLE one_time_codes (
    address_hash BINARY(32) NOT NULL,
    code_hash BINARY(32) NOT NULL,
    wrong_guesses TINYINT UNSIGNED NOT NULL DEFAULT 0,
    expires_at DATETIME(6) NOT NULL,
    PRIMARY KEY (address_hash),
    KEY idx_code_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Hashes of the ids of deleted users, and nothing else about them. Apps erase
-- their local data when the server says that the account was deleted, so the
-- server must know it and not guess it from a missing user.
CREATE TABLE deleted_accounts (
    user_hash BINARY(32) NOT NULL,
    deleted_at DATETIME(6) NOT NULL,
    PRIMARY KEY (user_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Sessions of deleted users, kept until they would have expired: a phone whose
-- access token has expired learns of the deletion by its refresh token. A row
-- does not say whose session it was.
CREATE TABLE deleted_sessions (
    id BINARY(16) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY idx_deleted_session_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The specification's table, with microseconds, the time of the edit and the
-- device's own key added. A row whose deleted_at is set is a tombstone; its
-- deleted_at equals its updated_at. recent_edits holds fingerprints, 8 bytes
-- each, of the last 16 edits that were judged for the entry.
-- idx_user_timestamp serves the list and its count (live entries, by
-- timestamp) and the purge (tombstones, by age).
CREATE TABLE weight_entries (
    id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id ${user_id} NOT NULL,
    weight_value DECIMAL(6,2) NOT NULL,
    unit VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    timestamp DATETIME(6) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    edited_at DATETIME(6) NOT NULL,
    deleted_at DATETIME(6) NULL,
    device_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    local_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    recent_edits VARBINARY(128) NOT NULL DEFAULT '',
    PRIMARY KEY (id),
    UNIQUE KEY uq_entry_identity (user_id, device_id, local_id),
    KEY idx_user_cursor (user_id, updated_at),
    KEY idx_user_timestamp (user_id, deleted_at, timestamp),
    KEY idx_user_id (user_id),
    KEY idx_timestamp (timestamp),
    CONSTRAINT fk_entry_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One row per user, locked by every writer before anything else. Stamps are
-- microseconds since 1970 UTC: the newest one that was given, the newest one
-- whose tombstone the purge has removed, and the time when the row was made.
-- Every write settles the totals: stored_entries counts tombstones too, and
-- live_hash is the XOR of the hashes of the live entries (docs/PROTOCOL.md,
-- "Finding a loss"). The purge checks and repairs them.
CREATE TABLE sync_clocks (
    user_id ${user_id} NOT NULL,
    last_stamp BIGINT NOT NULL,
    stored_entries BIGINT NOT NULL DEFAULT 0,
    live_entries BIGINT NOT NULL DEFAULT 0,
    live_hash BIGINT UNSIGNED NOT NULL DEFAULT 0,
    purged_through BIGINT NULL,
    started_at BIGINT NOT NULL,
    PRIMARY KEY (user_id),
    CONSTRAINT fk_clock_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Facts about the whole server. `epoch` changes when a backup is restored.
CREATE TABLE server_state (
    name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    value VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO server_state (name, value) VALUES ('epoch', UUID());

-- Rate-limit counters. In memory where possible, because a durable commit would
-- be the largest cost of a small read, and counters may be lost with the
-- database; `migrate` chooses the engine (src/store/counters_table.rs).
-- window_no counts windows of window_seconds since 1970; the counts are of the
-- requests let in during that window and the one before; seconds_left is the
-- rest of the window at the last request.
CREATE TABLE rate_counters (
    subject VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    window_seconds INT UNSIGNED NOT NULL,
    window_no BIGINT NOT NULL,
    seconds_left INT UNSIGNED NOT NULL,
    previous_count INT UNSIGNED NOT NULL,
    current_count INT UNSIGNED NOT NULL,
    PRIMARY KEY (subject)
) ENGINE=${counters_engine} DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Counts per day (UTC) for `weightctl stats`; nothing about a single user.
-- Processes count in memory and add to the row about once a minute. The purge
-- of that day writes users, live_entries and tombstones.
CREATE TABLE daily_counts (
    day DATE NOT NULL,
    requests BIGINT UNSIGNED NOT NULL DEFAULT 0,
    syncs BIGINT UNSIGNED NOT NULL DEFAULT 0,
    conflicts BIGINT UNSIGNED NOT NULL DEFAULT 0,
    rejected BIGINT UNSIGNED NOT NULL DEFAULT 0,
    limited BIGINT UNSIGNED NOT NULL DEFAULT 0,
    errors BIGINT UNSIGNED NOT NULL DEFAULT 0,
    users BIGINT UNSIGNED NULL,
    live_entries BIGINT UNSIGNED NULL,
    tombstones BIGINT UNSIGNED NULL,
    PRIMARY KEY (day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
