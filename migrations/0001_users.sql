-- Users. An existing table of that name (a PHP backend's) is adopted: only
-- its `id` is relied on. ${user_id} is the type of users.id as it is found.
CREATE TABLE IF NOT EXISTS users (
    id VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- How a user signs in with us. Apart from `users`, so that an adopted table
-- keeps its columns.
CREATE TABLE credentials (
    user_id ${user_id} NOT NULL,
    email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (user_id),
    UNIQUE KEY uq_credentials_email (email),
    CONSTRAINT fk_credentials_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Refresh tokens, hashed. All tokens that came of one sign-in are a family.
CREATE TABLE refresh_tokens (
    token_hash BINARY(32) NOT NULL,
    family_id BINARY(16) NOT NULL,
    user_id ${user_id} NOT NULL,
    issued_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    spent_at DATETIME(6) NULL,
    PRIMARY KEY (token_hash),
    KEY idx_refresh_family (family_id),
    KEY idx_refresh_user (user_id),
    KEY idx_refresh_expiry (expires_at),
    CONSTRAINT fk_refresh_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The record of a deletion: a hash of the id and no more. Apps erase their
-- local data on it, so it must not be guessed from a missing user.
CREATE TABLE deleted_accounts (
    user_hash BINARY(32) NOT NULL,
    deleted_at DATETIME(6) NOT NULL,
    PRIMARY KEY (user_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
