//! The database stops and starts again while Apache runs.

use crate::support::site::Instance;
use crate::support::waiting::wait_until;
use crate::support::{Request, WEIGHT, weighing};

#[test]
fn while_the_database_is_stopped_requests_get_503_with_retry_after() {
    let mut instance = Instance::with_own_database(&[]);
    let token = instance.token();
    let list = |instance: &Instance| instance.send(&Request::get(WEIGHT).bearer(&token));
    instance.send(&Request::new("POST", WEIGHT).json(&weighing(75.5)).bearer(&token)).expect(201);
    let apache = instance.status["apache_pid"].clone();

    let database = instance.stop_database();

    for _ in 0..3 {
        let answer = list(&instance);
        answer.problem_code(503, "database_unavailable");
        assert!(
            answer.header("retry-after").is_some_and(|value| value.parse::<u32>().is_ok()),
            "{:?}",
            answer.headers
        );
        answer.assert_common_headers();
    }
    let post = instance.send(&Request::new("POST", WEIGHT).json(&weighing(76.5)).bearer(&token));
    post.problem_code(503, "database_unavailable");
    let health = instance.send(&Request::get("/api/health"));
    assert!(matches!(health.status, 200 | 503), "health answers: {}", health.text());

    instance.start_database(&database);

    wait_until("the program answers again", || list(&instance).status == 200);
    assert_eq!(list(&instance).expect(200)["pagination"]["total"], 1);
    instance.send(&Request::new("POST", WEIGHT).json(&weighing(76.5)).bearer(&token)).expect(201);
    assert_eq!(instance.status["apache_pid"], apache);
    assert!(std::path::Path::new(&format!("/proc/{apache}")).exists(), "Apache was not restarted");
}
