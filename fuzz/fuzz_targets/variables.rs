//! Any bytes as the FastCGI parameters of a request. With an even first byte, the parameters that each request needs
//! come first.

#![no_main]

use fastcgi::pairs::Pairs;
use http::header::{AUTHORIZATION, IF_MATCH};
use weight_sync::gateway::read_variables;
use weight_sync::http::etag::if_match_allows;
use weight_sync::http::problem::Code;
use weight_sync::http::request::header;
use weight_sync::http::target::percent_decode;

const NEEDED: [(&[u8], &[u8]); 3] =
    [(b"REQUEST_METHOD", b"GET"), (b"REQUEST_URI", b"/api/health"), (b"REMOTE_ADDR", b"192.0.2.1")];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((first, stream)) = bytes.split_first() else { return };
    let Ok(pairs) = Pairs::new(stream).collect::<Result<Vec<_>, _>>() else { return };
    let needed = NEEDED.into_iter().filter(|_| first % 2 == 0);
    match read_variables(needed.chain(pairs.iter().copied())) {
        Ok((request, _)) => {
            assert!(request.headers().len() <= pairs.len());
            assert!(request.uri().path().starts_with('/'));
            let _ = percent_decode(request.uri().path());
            let _ = header(&request, AUTHORIZATION);
            let _ = header(&request, IF_MATCH).map(|field| if_match_allows(field, "\"2026-01-06T20:30:00Z\""));
        }
        Err(problem) => assert_eq!(problem.code(), Code::BAD_REQUEST),
    }
});
