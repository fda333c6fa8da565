//! The cost of requests in CGI mode, where a process uses each statement once: nothing is prepared.

use crate::cost_of_writes::documented;
use crate::support::proxy::Kind;
use crate::support::{Request, SYNC, Server, WEIGHT, weighing};

#[test]
fn a_cgi_request_prepares_nothing_and_takes_the_documented_round_trips() {
    let (proxy, server) = Server::behind_proxy(&[], 1);
    let user = server.user();
    let round_trips = |request: Request, status: u16| {
        proxy.take_log();
        server.site.as_cgi(&request.bearer(&user.token)).expect(status);
        let mut commands = proxy.take_log();
        // Neither is answered, or waited for.
        commands.retain(|command| command.kind != Kind::Farewell && !command.is_counting());
        assert!(commands.iter().all(|command| command.kind == Kind::Query), "{commands:#?}");
        commands.len()
    };
    let create = round_trips(Request::new("POST", WEIGHT).json(&weighing(75.5)), 201);
    println!("a create in CGI mode takes {create} round trips once it is signed in");
    assert_eq!(create, documented("create without `local_id` in CGI"));
    for target in [WEIGHT, SYNC] {
        let setup = 1;
        assert_eq!(round_trips(Request::get(target), 200), setup + documented("list, changes"));
    }
}
