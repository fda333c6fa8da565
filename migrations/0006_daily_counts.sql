-- What happened on a day (UTC), for weightctl stats. Processes count in their
-- memory and add to the row once a minute. users, entries and tombstones are
-- what the purge of that day left. Nothing in here is about a single person.
CREATE TABLE daily_counts (
    day DATE NOT NULL,
    requests BIGINT UNSIGNED NOT NULL DEFAULT 0,
    syncs BIGINT UNSIGNED NOT NULL DEFAULT 0,
    conflicts BIGINT UNSIGNED NOT NULL DEFAULT 0,
    rejected BIGINT UNSIGNED NOT NULL DEFAULT 0,
    limited BIGINT UNSIGNED NOT NULL DEFAULT 0,
    errors BIGINT UNSIGNED NOT NULL DEFAULT 0,
    users BIGINT UNSIGNED NULL,
    entries BIGINT UNSIGNED NULL,
    tombstones BIGINT UNSIGNED NULL,
    PRIMARY KEY (day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
