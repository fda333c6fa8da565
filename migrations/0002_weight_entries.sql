-- The specification's table, widened: microseconds, the time of the edit, the
-- device's own key. Times are UTC. A tombstone's deleted_at is its updated_at.
-- accepted holds the fingerprints of the last 16 accepted edits, 8 bytes each.
-- idx_user_timestamp serves the list, its count and the purge: live entries
-- (deleted_at NULL) by timestamp, tombstones by age.
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
    accepted VARBINARY(128) NOT NULL DEFAULT '',
    PRIMARY KEY (id),
    UNIQUE KEY uq_entry_identity (user_id, device_id, local_id),
    KEY idx_user_cursor (user_id, updated_at),
    KEY idx_user_timestamp (user_id, deleted_at, timestamp),
    KEY idx_user_id (user_id),
    KEY idx_timestamp (timestamp),
    CONSTRAINT fk_entry_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One row a user: the lock that every writer takes first, the newest stamp
-- (microseconds since 1970 UTC) and what would else be counted.
CREATE TABLE sync_clocks (
    user_id ${user_id} NOT NULL,
    last_stamp BIGINT NOT NULL,
    live_entries BIGINT NOT NULL DEFAULT 0,
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
