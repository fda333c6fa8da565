//! Black-box tests of the contract: real processes of the web program, addressed as mod_fcgid does.
//!
//! Modules mirror the URL space. Start with `tests/run`, which provides the database.

#![cfg(test)]
#![allow(clippy::string_slice, reason = "a test may end by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod account {
    mod delete;
    mod delete_by_google;
    mod export;
    mod export_large;
    mod password;
    mod sessions;
}
mod auth {
    pub(crate) mod access_tokens;
    mod forgotten_password;
    mod google;
    mod google_links;
    mod login;
    mod logout;
    mod refresh;
    mod register;
    mod register_by_mail;
    mod secret_rotation;
}
mod backup;
mod bad_input {
    mod bodies;
    mod fields;
    mod requests;
    mod table;
}
mod cgi_mode;
mod contract;
mod counters_table;
mod database_tls;
mod doctor;
mod doctor_faults {
    mod place;
    mod planted;
}
mod doctor_web;
mod gateway;
mod google_keys;
mod health;
mod openapi;
mod health_metrics {
    mod weight {
        mod delete;
        mod get;
        mod post;
        mod put;
        mod value_ranges;
        mod sync {
            mod conflict_strategies;
            mod epoch;
            mod get;
            mod long_answers;
            mod post;
            mod who_wins;
        }
    }
}
mod limits;
mod log;
mod log_rotation;
mod routing;
mod settings_commands;
mod other_backend {
    mod php;
    mod users_table;
}
mod database_faults;
mod process_lifecycle;
mod process_memory;
mod rate_limit;
mod security {
    mod flood;
    mod forged_tokens;
    mod guessing;
    mod injection;
    mod json_bombs;
    mod other_users_data;
    mod refresh_theft;
    mod stored_secrets;
}
mod sign_in_limits;
mod stats;
mod web_servers;
mod weightctl {
    mod changing_users;
    mod configuration;
    mod migrate;
    mod purge;
    mod usage;
    mod users;
}
