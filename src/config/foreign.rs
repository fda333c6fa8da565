//! `[auth.foreign]`: which tokens of another backend are access tokens here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `[auth.foreign]`: access tokens of another backend that has one of the
/// secrets.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignSettings {
    /// Claims that name the user; the first claim that is present counts.
    #[serde(default = "subject")]
    pub user_id_claims: Vec<String>,
    /// Claims that a token must have, and their values. They tell an access
    /// token from others that the same secret signs.
    pub require: BTreeMap<String, String>,
}

fn subject() -> Vec<String> {
    vec!["sub".to_owned()]
}

impl ForeignSettings {
    /// The invalid values, a sentence each.
    pub(super) fn complaints(&self) -> Vec<&'static str> {
        let mut complaints = Vec::new();
        let is_named = |name: &String| name.split('.').all(|part| !part.is_empty());
        if self.user_id_claims.is_empty() || !self.user_id_claims.iter().all(is_named) {
            complaints.push(
                "auth.foreign.user_id_claims must name at least one claim, none of them empty",
            );
        }
        let is_full = |(name, value): (&String, &String)| is_named(name) && !value.is_empty();
        if self.require.is_empty() || !self.require.iter().all(is_full) {
            complaints.push(
                "auth.foreign.require must give at least one claim its value, none of them empty",
            );
        }
        complaints
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_least_one_claim_is_required_with_a_value() {
        let complaints = |text: &str| {
            toml::from_str::<ForeignSettings>(text).map(|settings| settings.complaints().len())
        };
        assert_eq!(complaints("require = { iss = \"php\", \"data.use\" = \"access\" }"), Ok(0));
        for text in ["require = {}", "require = { iss = \"\" }", "require = { \"data.\" = \"a\" }"]
        {
            assert_eq!(complaints(text), Ok(1), "{text}");
        }
        assert_eq!(complaints("user_id_claims = []\nrequire = {}"), Ok(2));
        assert!(complaints("user_id_claims = [\"sub\"]").is_err(), "require is required");
    }
}
