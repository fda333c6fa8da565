//! Decides by the claims of a verified token whether it is an access token for
//! this service, and of which user. [`super::access_token`] checks the
//! signature and the times.

use serde_json::{Map, Value};

use crate::config::ForeignSettings;
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

/// `typ` of this service's own tokens (RFC 9068 section 2.1).
pub(super) const OWN_TYPE: &str = "at+jwt";
/// `iss` and `aud` of this service's own tokens.
pub(super) const NAME: &str = "weight-sync";

/// Reads the claims of a token whose header has the type `typ`. A token that is
/// not this service's own needs `foreign`.
///
/// # Errors
/// The reason, for the log.
pub(super) fn read(
    typ: Option<&str>,
    claims: &Map<String, Value>,
    foreign: Option<&ForeignSettings>,
) -> Result<Claims, String> {
    let is_own = typ.is_some_and(|typ| typ.eq_ignore_ascii_case(OWN_TYPE))
        && claims.get("iss").and_then(Value::as_str) == Some(NAME);
    match foreign {
        _ if is_own => read_own(claims),
        Some(foreign) => read_foreign(claims, foreign),
        None => Err("not a token of this service, and auth.foreign is not set".to_owned()),
    }
}

fn read_own(claims: &Map<String, Value>) -> Result<Claims, String> {
    if claims.get("aud").and_then(Value::as_str) != Some(NAME) {
        return Err("aud is another audience".to_owned());
    }
    let generation = claims.get("gen").and_then(Value::as_u64);
    let generation = generation.and_then(|number| u32::try_from(number).ok());
    let generation = Some(generation.ok_or("gen is not a generation")?);
    Ok(Claims { user_id: user_id("sub", claims.get("sub"))?, generation })
}

/// The required claims tell an access token from others that the backend signs
/// with the same secret. The first of `user_id_claims` that is present names
/// the user.
///
/// Strict on purpose: the first claim found must be valid. Otherwise an
/// attacker who controls one claim could choose which other claim counts.
fn read_foreign(claims: &Map<String, Value>, rules: &ForeignSettings) -> Result<Claims, String> {
    for (name, required) in &rules.require {
        let is_met = match find(claims, name) {
            Some(Value::String(text)) => text == required,
            // `aud` may be a list (RFC 7519 section 4.1.3).
            Some(Value::Array(members)) => members.iter().any(|member| member == required),
            _ => false,
        };
        if !is_met {
            return Err(format!("{name} is not what auth.foreign requires"));
        }
    }
    let found = |name: &String| find(claims, name).map(|value| (name.clone(), value));
    let (name, value) = rules
        .user_id_claims
        .iter()
        .find_map(found)
        .ok_or_else(|| "no claim names the user".to_owned())?;
    Ok(Claims { user_id: user_id(&name, Some(value))?, generation: None })
}

/// Numbers are refused because one number has several texts: 42, 42.0 and
/// 4.2e1.
fn user_id(name: &str, value: Option<&Value>) -> Result<UserId, String> {
    let text = value.and_then(Value::as_str).ok_or_else(|| format!("{name} is not a string"))?;
    UserId::parse(text).ok_or_else(|| format!("{name} is not a user id"))
}

/// A claim by its name, taken literally first, then as a path: `data.id` is
/// `{"data": {"id": …}}`.
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

    fn rules(names: &[&str]) -> ForeignSettings {
        ForeignSettings {
            user_id_claims: names.iter().map(|name| (*name).to_owned()).collect(),
            require: [("iss".to_owned(), "php".to_owned())].into(),
        }
    }

    /// The user of another backend's token.
    fn user_of(claims: &Value, names: &[&str]) -> Result<String, String> {
        let mut claims = claims.as_object().unwrap().clone();
        claims.insert("iss".to_owned(), json!("php"));
        read(Some("JWT"), &claims, Some(&rules(names))).map(|claims| claims.user_id.to_string())
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
    fn another_backends_token_needs_every_required_claim_with_its_value() {
        let mut rules = rules(&["sub"]);
        rules.require.insert("aud".to_owned(), "weights".to_owned());
        rules.require.insert("data.use".to_owned(), "access".to_owned());
        let good = json!({"sub": "a", "iss": "php", "aud": "weights", "data": {"use": "access"}});
        let is_read =
            |claims: &Value, rules| read(Some("JWT"), claims.as_object().unwrap(), rules).is_ok();
        assert!(is_read(&good, Some(&rules)));
        assert!(!is_read(&good, None), "nothing is accepted without the setting");
        let mut listed = good.clone();
        listed["aud"] = json!(["other", "weights"]);
        assert!(is_read(&listed, Some(&rules)));
        for (name, wrong) in [
            ("iss", json!("PHP")),
            ("iss", json!(null)),
            ("aud", json!(["other", ["weights"]])),
            ("aud", json!({"weights": true})),
            ("data", json!({"use": "password-reset"})),
            ("data", json!("access")),
        ] {
            let mut claims = good.clone();
            claims[name] = wrong;
            assert!(!is_read(&claims, Some(&rules)), "{claims}");
        }
    }

    #[test]
    fn own_tokens_have_their_type_issuer_audience_and_generation() {
        let good = json!({"sub": "a", "user_id": "b", "gen": 0, "iss": NAME, "aud": NAME});
        let read_as = |typ, claims: &Value| read(typ, claims.as_object().unwrap(), None);
        for typ in ["at+jwt", "AT+JWT"] {
            let claims = read_as(Some(typ), &good).unwrap();
            assert_eq!((claims.user_id.as_str(), claims.generation), ("a", Some(0)));
        }
        for typ in [None, Some("JWT"), Some("refresh+jwt"), Some("")] {
            assert!(read_as(typ, &good).is_err(), "{typ:?}");
        }
        for (name, wrong) in [
            ("iss", json!("php")),
            ("iss", json!([NAME])),
            ("aud", json!("php")),
            ("aud", json!([NAME, "php"])),
            ("sub", json!(7)),
            ("gen", json!("0")),
            ("gen", json!(-1)),
            ("gen", json!(0.5)),
            ("gen", json!(null)),
            ("gen", json!(1_u64 << 32)),
        ] {
            let mut claims = good.clone();
            claims[name] = wrong;
            assert!(read_as(Some(OWN_TYPE), &claims).is_err(), "{claims}");
        }
    }
}
