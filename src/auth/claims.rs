//! What the claims of a verified token say. Signatures and times are
//! [`super::access_token`]'s business.

use serde_json::{Map, Value};

use crate::domain::user::UserId;

/// What a verified token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Whose it is.
    pub user_id: UserId,
    /// The generation of the user's sessions that it was made in; another
    /// backend's tokens have none.
    pub generation: Option<u32>,
}

/// The claims of our own tokens.
const SUBJECT: &str = "sub";
const GENERATION: &str = "gen";

/// Reads claims. Whose a token without a generation is, the first of `names`
/// that it has says. A name counts as it stands, then as a path: `data.id` is
/// `{"data": {"id": …}}`.
///
/// Strict on purpose: the first claim found must be good. To look further
/// would let whoever fills one claim choose which other one counts. Numbers
/// are refused: 42, 42.0 and 4.2e1 are one number and three texts.
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

    fn whose(claims: &Value, names: &[&str]) -> Result<String, String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        read(claims.as_object().unwrap(), &names).map(|claims| claims.user_id.to_string())
    }

    #[test]
    fn the_first_claim_that_is_there_says_whose_a_token_is() {
        let claims = json!({"sub": "a", "user_id": "b", "data": {"id": "c"}, "x.y/id": "d"});
        for (names, id) in [
            (&["sub"][..], "a"),
            (&["user_id", "sub"], "b"),
            (&["uid", "data.id"], "c"),
            (&["x.y/id"], "d"),
            (&["data.uid", "sub"], "a"),
        ] {
            assert_eq!(whose(&claims, names).as_deref(), Ok(id), "{names:?}");
        }
        assert!(whose(&claims, &["uid", "data.id.x", "sub.id"]).is_err());
    }

    #[test]
    fn a_claim_that_is_no_id_is_refused_and_no_other_one_is_looked_for() {
        for wrong in
            [json!(42), json!(null), json!(true), json!(["a"]), json!({"id": "a"}), json!("")]
        {
            let claims = json!({"user_id": wrong, "sub": "a"});
            assert!(whose(&claims, &["user_id", "sub"]).is_err(), "{claims}");
        }
    }

    #[test]
    fn our_own_tokens_are_read_by_their_own_claim_whatever_the_settings_say() {
        let claims = json!({"sub": "a", "user_id": "b", "gen": 0});
        assert_eq!(whose(&claims, &["user_id"]).as_deref(), Ok("a"));
        assert!(whose(&json!({"user_id": "b", "gen": 0}), &["user_id"]).is_err());
        for wrong in [json!("0"), json!(-1), json!(0.5), json!(null), json!(1_u64 << 32)] {
            let claims = json!({"sub": "a", "gen": wrong});
            assert!(whose(&claims, &["sub"]).is_err(), "{claims}");
        }
    }
}
