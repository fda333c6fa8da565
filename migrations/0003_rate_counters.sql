-- Rate-limit counters. In memory: a durable commit would be the largest cost
-- of a small read, and counters need not survive a crash of the database.
-- `starts` holds, for each of the last 61 slices of the window, the low 32
-- bits of `total` at the slice's start.
CREATE TABLE rate_counters (
    subject VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    slice BIGINT NOT NULL,
    slice_seconds INT NOT NULL,
    total BIGINT NOT NULL,
    starts VARBINARY(244) NOT NULL,
    PRIMARY KEY (subject)
) ENGINE=MEMORY DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
