//! The only list of routes, matched by matchit. Maps a path and a method
//! to an action, and does not know what the action does.

use http::Method;

use crate::handlers::{Action, accounts, meta, weights};
use crate::http::target::percent_decode;

/// One path and its actions by method.
pub struct Route {
    /// The pattern, which the log shows in place of the path.
    pub pattern: &'static str,
    actions: Vec<(Method, Action)>,
}

/// A route and the parameters of its pattern.
pub struct Found<'t> {
    /// The route.
    pub route: &'t Route,
    /// The value of `{id}`, decoded.
    pub id: Option<String>,
}

/// All routes.
pub struct Router(matchit::Router<Route>);

fn routes() -> Vec<Route> {
    use Action::{Public, User};
    let route = |pattern, actions| Route { pattern, actions };
    vec![
        route(
            "/api/health-metrics/weight",
            vec![(Method::GET, User(weights::list)), (Method::POST, User(weights::create))],
        ),
        route(
            "/api/health-metrics/weight/sync",
            vec![(Method::GET, User(weights::changes)), (Method::POST, User(weights::upload))],
        ),
        route(
            "/api/health-metrics/weight/{id}",
            vec![(Method::PUT, User(weights::replace)), (Method::DELETE, User(weights::remove))],
        ),
        route("/api/auth/register", vec![(Method::POST, Public(accounts::register))]),
        route("/api/auth/login", vec![(Method::POST, Public(accounts::login))]),
        route("/api/auth/password/forgot", vec![(Method::POST, Public(accounts::forgot_password))]),
        route("/api/auth/password/reset", vec![(Method::POST, Public(accounts::reset_password))]),
        route("/api/auth/google", vec![(Method::POST, Public(accounts::google))]),
        route("/api/auth/refresh", vec![(Method::POST, Public(accounts::refresh))]),
        route("/api/auth/logout", vec![(Method::POST, Public(accounts::logout))]),
        route(
            "/api/account",
            vec![
                (Method::GET, User(accounts::who_am_i)),
                (Method::DELETE, User(accounts::delete_account)),
            ],
        ),
        route("/api/account/password", vec![(Method::PUT, User(accounts::change_password))]),
        route("/api/account/sessions", vec![(Method::GET, User(accounts::list_sessions))]),
        route("/api/account/sessions/{id}", vec![(Method::DELETE, User(accounts::end_session))]),
        route("/api/account/export", vec![(Method::GET, User(accounts::export))]),
        route("/api/limits", vec![(Method::GET, Public(meta::limits))]),
        route("/api/health", vec![(Method::GET, Public(meta::health))]),
    ]
}

impl Router {
    /// Builds the route table.
    ///
    /// # Errors
    /// Two routes conflict, which is a bug.
    pub fn new() -> Result<Self, String> {
        let mut table = matchit::Router::new();
        for route in routes() {
            table.insert(route.pattern, route).map_err(|error| error.to_string())?;
        }
        Ok(Self(table))
    }

    /// Every path with its methods, for the tests of the documents.
    pub fn paths() -> Vec<(&'static str, Vec<Method>)> {
        let methods =
            |route: &Route| route.actions.iter().map(|(method, _)| method.clone()).collect();
        routes().iter().map(|route| (route.pattern, methods(route))).collect()
    }

    /// Finds the route of a path that is still percent-encoded, so that an
    /// encoded slash never separates segments. Decodes the parameter afterwards;
    /// a parameter that cannot be decoded matches no route.
    pub fn find(&self, path: &str) -> Option<Found<'_>> {
        let found = self.0.at(path).ok()?;
        let id = found.params.get("id").map(percent_decode);
        let id = match id {
            Some(decoded) => Some(decoded?),
            None => None,
        };
        Some(Found { route: found.value, id })
    }
}

impl Route {
    /// The action of a method.
    pub fn action(&self, method: &Method) -> Option<Action> {
        self.actions.iter().find(|(known, _)| known == method).map(|(_, action)| *action)
    }

    /// The value of the `Allow` header.
    pub fn allow(&self) -> String {
        let mut methods: Vec<&str> =
            self.actions.iter().map(|(method, _)| method.as_str()).collect();
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        methods.push("OPTIONS");
        methods.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_path_is_a_route() {
        let table = Router::new().unwrap();
        for (path, pattern) in [
            ("/api/health-metrics/weight", Some("/api/health-metrics/weight")),
            ("/api/health-metrics/weight/sync", Some("/api/health-metrics/weight/sync")),
            ("/api/health-metrics/weight/7", Some("/api/health-metrics/weight/{id}")),
            ("/api/health-metrics/weight/", None),
            ("/api/health-metrics/weight/sync/", None),
            ("/api/health-metrics/weight/7/8", None),
            ("/api//health-metrics/weight", None),
            ("/api/./health-metrics/weight", None),
            ("/api/health-metrics/weight/..", Some("/api/health-metrics/weight/{id}")),
            ("/api/health-metrics/weigh%74", None),
            ("/api/health-metrics/weight/%00", None),
            ("/api/health-metrics/weight/%ff", None),
            ("/", None),
        ] {
            assert_eq!(table.find(path).map(|found| found.route.pattern), pattern, "{path}");
        }
    }

    #[test]
    fn an_encoded_slash_stays_within_its_segment() {
        let table = Router::new().unwrap();
        let found = table.find("/api/health-metrics/weight/a%2Fb").unwrap();
        assert_eq!(found.id.as_deref(), Some("a/b"));
    }
}
