//! Reads the claims of a verified token. [`super::access_token`] checks the
//! signature and the times.

use serde_json::{Map, Value};

use crate::domain::user::UserId;

/// The claims that identify the user and the session generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The user of the token.
    pub user_id: UserId,
    /// The session generation in which the token was issued. Another backend's
    /// tokens have none.
    pub generation: Option<u32>,
}

/// The claims in this service's own tokens.
const SUBJECT: &str = "sub";
const GENERATION: &str = "gen";

/// Reads the claims. In a token with a generation, `sub` names the user. In any
/// other token, the first of `names` that is present names the user. A name is
/// taken literally first, then as a path: `data.id` is `{"data": {"id": …}}`.
///
/// Strict on purpose: the first claim found must be valid. Otherwise an
/// attacker who controls one claim could choose which other claim counts.
/// Numbers are refused because one number has several texts: 42, 42.0 and
/// 4.2e1.
///
/// # Errors
/// The reason, for the log.
pub(super) fn read(claims: &Map<String, Value>, names: &[String]) -> Result<Claims, String> {
    let generation = match claims.get(GENERATION) {
        None => None,
        Some(value) => {
            let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
            Some(number.ok_or("gen is no generation")?)
        }
    };
    let (name, value) = if generation.is_some() {
        (SUBJECT, claims.get(SUBJECT))
    } else {
        names
            .iter()
            .find_map(|name| find(claims, name).map(|value| (name.as_str(), Some(value))))
            .unwrap_or_default()
    };
    let text = match value {
        Some(Value::String(text)) => text,
        Some(_) => return Err(format!("{name} is no string")),
        None => return Err("no claim says whose the token is".to_owned()),
    };
    let user_id = UserId::parse(text).ok_or_else(|| format!("{name} is no user id"))?;
    Ok(Claims { user_id, generation })
}

fn find<'c>(claims: &'c Map<String, Value>, name: &str) -> Option<&'c Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    find(claims.get(first)?.as_object()?, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn user_of(claims: &Value, names: &[&str]) -> Result<String, String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        read(claims.as_object().unwrap(), &names).map(|claims| claims.user_id.to_string())
    }

    #[test]
    fn the_first_claim_present_names_the_user() {
        let claims = json!({"sub": "a", "user_id": "b", "data": {"id": "c"}, "x.y/id": "d"});
        for (names, id) in [
            (&["sub"][..], "a"),
            (&["user_id", "sub"], "b"),
            (&["uid", "data.id"], "c"),
            (&["x.y/id"], "d"),
            (&["data.uid", "sub"], "a"),
        ] {
            assert_eq!(user_of(&claims, names).as_deref(), Ok(id), "{names:?}");
        }
        assert!(user_of(&claims, &["uid", "data.id.x", "sub.id"]).is_err());
    }

    #[test]
    fn an_invalid_claim_is_refused_without_trying_the_next() {
        for wrong in
            [json!(42), json!(null), json!(true), json!(["a"]), json!({"id": "a"}), json!("")]
        {
            let claims = json!({"user_id": wrong, "sub": "a"});
            assert!(user_of(&claims, &["user_id", "sub"]).is_err(), "{claims}");
        }
    }

    #[test]
    fn own_tokens_name_the_user_in_sub_whatever_the_settings_say() {
        let claims = json!({"sub": "a", "user_id": "b", "gen": 0});
        assert_eq!(user_of(&claims, &["user_id"]).as_deref(), Ok("a"));
        assert!(user_of(&json!({"user_id": "b", "gen": 0}), &["user_id"]).is_err());
        for wrong in [json!("0"), json!(-1), json!(0.5), json!(null), json!(1_u64 << 32)] {
            let claims = json!({"sub": "a", "gen": wrong});
            assert!(user_of(&claims, &["sub"]).is_err(), "{claims}");
        }
    }
}
