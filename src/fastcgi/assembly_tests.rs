//! The protocol on one connection, record by record.

use super::*;

const LIMITS: Limits = Limits {
    connections: 32,
    params_bytes: 100,
    body_bytes: 10,
    stream_time: std::time::Duration::MAX,
};

fn begin(id: u16) -> Record<'static> {
    Record::Begin { id, role: RESPONDER, keeps_connection: false }
}

fn params(id: u16, content: &[u8]) -> Record<'_> {
    Record::Params { id, content }
}

fn stdin(id: u16, content: &[u8]) -> Record<'_> {
    Record::Stdin { id, content }
}

/// Feeds all records; the last step or the first error, and the replies.
fn feed(assembly: &mut Assembly, records: &[Record<'_>]) -> (Result<Step, ProtocolError>, Vec<u8>) {
    let (mut replies, mut last) = (Vec::new(), Ok(Step::More));
    for record in records {
        last = assembly.take(*record, &LIMITS, &mut replies);
        if last.is_err() {
            break;
        }
    }
    (last, replies)
}

fn request(records: &[Record<'_>]) -> Request {
    match feed(&mut Assembly::default(), records) {
        (Ok(Step::Complete(request)), replies) if replies.is_empty() => request,
        other => panic!("{other:?}"),
    }
}

fn error(records: &[Record<'_>]) -> ProtocolError {
    feed(&mut Assembly::default(), records).0.unwrap_err()
}

#[test]
fn a_request_is_complete_with_the_ends_of_both_streams() {
    let records = [
        begin(3),
        params(3, b"\x01\x01a"),
        params(3, b"b\x00\x00"),
        params(3, b""),
        stdin(3, b"01234"),
        stdin(3, b"56789"),
        stdin(3, b""),
    ];
    for count in 0..records.len() {
        let (step, _) = feed(&mut Assembly::default(), &records[..count]);
        assert!(matches!(step, Ok(Step::More)), "{count}");
    }
    let mut request = request(&records);
    assert_eq!((request.id, request.keeps_connection), (3, false));
    let expected: [(&[u8], &[u8]); 2] = [(b"a", b"b"), (b"", b"")];
    assert_eq!(request.params().collect::<Vec<_>>(), expected);
    assert_eq!(request.take_body(), Body::Whole(b"0123456789".to_vec()));
}

#[test]
fn the_streams_may_end_in_any_order_and_be_empty() {
    let request = request(&[begin(1), stdin(1, b""), params(1, b"")]);
    assert_eq!(request.params().count(), 0);
    assert_eq!(request.body, Body::Whole(Vec::new()));
}

#[test]
fn a_body_over_the_limit_is_read_to_its_end_and_not_kept() {
    let large = [begin(1), params(1, b""), stdin(1, &[0; 6]), stdin(1, &[0; 5]), stdin(1, b"1")];
    let mut assembly = Assembly::default();
    assert!(matches!(feed(&mut assembly, &large), (Ok(Step::More), replies) if replies.is_empty()));
    let (step, _) = feed(&mut assembly, &[stdin(1, b"")]);
    let Ok(Step::Complete(request)) = step else { panic!("{step:?}") };
    assert_eq!(request.body, Body::TooLarge);
}

#[test]
fn parameters_over_the_limit_end_the_request_and_its_rest_is_ignored() {
    let large = [begin(1), params(1, &[0; 60]), params(1, &[0; 41])];
    let mut assembly = Assembly::default();
    let (step, replies) = feed(&mut assembly, &large);
    assert!(matches!(step, Ok(Step::Ended { keeps_connection: false })), "{step:?}");
    assert_eq!(replies, record::end_request(1, ProtocolStatus::Overloaded));
    let rest = [params(1, b"x"), params(1, b""), stdin(1, b"x"), stdin(1, b"")];
    assert!(matches!(feed(&mut assembly, &rest), (Ok(Step::More), replies) if replies.is_empty()));
}

#[test]
fn a_second_request_is_refused_and_the_first_goes_on() {
    let mut assembly = Assembly::default();
    let (_, replies) = feed(
        &mut assembly,
        &[begin(1), begin(2), params(2, b"\xff"), params(1, b""), stdin(2, b"x"), stdin(2, b"")],
    );
    assert_eq!(replies, record::end_request(2, ProtocolStatus::CannotMultiplex));
    let (step, _) = feed(&mut assembly, &[stdin(1, b"")]);
    let Ok(Step::Complete(request)) = step else { panic!("{step:?}") };
    assert_eq!((request.id, &request.body), (1, &Body::Whole(Vec::new())));
}

#[test]
fn an_unknown_role_is_refused_with_its_rest_ignored() {
    for (role, keeps_connection) in [(0, true), (2, false), (3, true), (u16::MAX, false)] {
        let mut assembly = Assembly::default();
        let begin = Record::Begin { id: 9, role, keeps_connection };
        let (step, replies) = feed(&mut assembly, &[begin]);
        assert_eq!(replies, record::end_request(9, ProtocolStatus::UnknownRole));
        let Ok(Step::Ended { keeps_connection: keeps }) = step else { panic!("{step:?}") };
        assert_eq!(keeps, keeps_connection);
        let rest = [params(9, b""), Record::Data { id: 9 }, stdin(9, b"")];
        assert!(matches!(feed(&mut assembly, &rest), (Ok(Step::More), none) if none.is_empty()));
    }
}

#[test]
fn an_aborted_request_is_ended_and_another_one_may_follow() {
    let mut assembly = Assembly::default();
    let (step, replies) = feed(
        &mut assembly,
        &[begin(1), params(1, b""), Record::Abort { id: 2 }, Record::Abort { id: 1 }],
    );
    assert!(matches!(step, Ok(Step::Ended { .. })), "{step:?}");
    assert_eq!(replies, record::end_request(1, ProtocolStatus::RequestComplete));
    let (step, _) = feed(&mut assembly, &[begin(1), params(1, b""), stdin(1, b"")]);
    assert!(matches!(step, Ok(Step::Complete(_))), "{step:?}");
}

#[test]
fn management_records_are_answered_at_any_time() {
    let asked =
        b"\x0e\x00FCGI_MAX_REQS_\x0d\x00FCGI_MAX_REQS\x0f\x00FCGI_MPXS_CONNS\x0d\x00FCGI_MAX_REQS";
    let values = Record::GetValues { content: asked };
    let unknown = Record::UnknownManagement { kind: 77 };
    for before in [&[][..], &[begin(1)], &[begin(1), params(1, b"")]] {
        let mut assembly = Assembly::default();
        let _ = feed(&mut assembly, before);
        let (_, replies) = feed(&mut assembly, &[values, unknown]);
        let (header, rest) = replies.split_at(HEADER_BYTES);
        let (pairs, rest) = rest.split_at(usize::from(header[5]));
        let expected: [(&[u8], &[u8]); 2] = [(b"FCGI_MAX_REQS", b"32"), (b"FCGI_MPXS_CONNS", b"0")];
        assert_eq!(header[1], 10);
        assert_eq!(Pairs::new(pairs).flatten().collect::<Vec<_>>(), expected);
        assert_eq!(rest, record::unknown_type(77));
    }
    let broken = Record::GetValues { content: b"\xff" };
    let (step, replies) = feed(&mut Assembly::default(), &[broken]);
    assert!(matches!(step, Ok(Step::More)));
    assert_eq!(replies, record::values_header(0));
}

#[test]
fn what_breaks_the_protocol_is_an_error_of_its_own() {
    let pair_beyond_the_end = [begin(1), params(1, b"\x05\x05ab"), params(1, b"")];
    assert_eq!(error(&pair_beyond_the_end), ProtocolError::BadPair(1));
    assert_eq!(error(&[begin(1), begin(1)]), ProtocolError::BeganTwice(1));
    let after_params = [begin(1), params(1, b""), params(1, b"")];
    assert_eq!(error(&after_params), ProtocolError::AfterEnd(1));
    assert_eq!(error(&[begin(1), stdin(1, b""), stdin(1, b"x")]), ProtocolError::AfterEnd(1));
    assert_eq!(error(&[begin(1), Record::Data { id: 1 }]), ProtocolError::Data(1));
}

#[test]
fn parameters_may_have_as_many_bytes_as_the_limit_and_not_one_more() {
    let of = |bytes: u8| {
        let mut content = vec![1, bytes - 3];
        content.resize(usize::from(bytes), b'x');
        content
    };
    let exact = of(100);
    let records = [begin(3), params(3, &exact), params(3, b""), stdin(3, b"")];
    assert_eq!(request(&records).params().count(), 1);
    let beyond = of(101);
    let (step, replies) = feed(&mut Assembly::default(), &[begin(3), params(3, &beyond)]);
    assert!(matches!(step, Ok(Step::Ended { .. })));
    assert_eq!(replies, record::end_request(3, ProtocolStatus::Overloaded));
}
