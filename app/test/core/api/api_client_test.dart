import 'dart:async';
import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/api/api_client.dart';
import 'package:weight_sync/core/api/api_failure.dart';
import 'package:weight_sync/core/api/field_problem.dart';
import 'package:weight_sync/core/api/server_address.dart';
import 'package:weight_sync/core/api/server_clock.dart';

import '../../support/scripted_answer.dart';
import '../../support/scripted_server.dart';

void main() {
  late ScriptedServer server;
  late ApiClient api;

  setUp(() async {
    server = await ScriptedServer.start();
    api = ApiClient(server.url, serverClock: ServerClock());
    addTearDown(api.close);
  });

  Future<ApiFailure> failure() async {
    try {
      await api.send('GET', '/x');
    } on ApiFailure catch (failure) {
      return failure;
    }
    return fail('the request succeeded');
  }

  test('plain http is refused for an address on the internet', () {
    for (final address in ['http://example.org', 'ftp://example.org', 'http://127.0.0.1.example.org']) {
      expect(() => ApiClient(Uri.parse(address), serverClock: ServerClock()), throwsArgumentError);
    }
    ApiClient(Uri.parse('https://example.org'), serverClock: ServerClock()).close();
  });

  test('a debug build may use plain http inside the local network, a release build may not', () {
    for (final (address, isInDebug, isInRelease) in [
      ('https://example.org', true, true),
      ('http://localhost:8080', true, true),
      ('http://127.0.0.1:8080', true, true),
      ('http://[::1]:8080', true, true),
      ('http://10.0.2.2:8080', true, false),
      ('http://192.168.1.7', true, false),
      ('http://172.16.0.1', true, false),
      ('http://172.31.255.255', true, false),
      ('http://169.254.3.4', true, false),
      ('http://[fd12::1]', true, false),
      ('http://[fe80::1]', true, false),
      ('http://pc.local', true, false),
      ('http://172.32.0.1', false, false),
      ('http://192.169.1.7', false, false),
      ('http://11.0.2.2', false, false),
      ('http://example.org', false, false),
      ('http://10.0.2.2.example.org', false, false),
      ('http://fd12.example.org', false, false),
      ('ftp://10.0.2.2', false, false),
    ]) {
      final server = Uri.parse(address);
      expect(isServerAllowed(server, isDebug: true), isInDebug, reason: '$address, debug');
      expect(isServerAllowed(server, isDebug: false), isInRelease, reason: '$address, release');
    }
    ApiClient(Uri.parse('http://10.0.2.2:8080'), serverClock: ServerClock()).close();
  });

  test('the path of the server address is kept in requests', () async {
    server.answer = (_) => const ScriptedAnswer(200, <String, Object?>{});
    final below = ApiClient(server.url.replace(path: '/family/'), serverClock: ServerClock());
    addTearDown(below.close);
    await below.send('GET', '/api/limits');
    expect(server.asked.single.path, '/family/api/limits');
  });

  test('a problem document is parsed', () async {
    server.answer = (_) => const ScriptedAnswer(
      422,
      {
        'code': 'validation_failed',
        'errors': [
          {'field': 'unit', 'code': 'required', 'message': 'x'},
        ],
      },
      headers: {'Retry-After': '7', 'X-Request-Id': 'r1'},
    );
    final refused = await failure() as Refused;
    expect((refused.status, refused.code, refused.requestId), (422, 'validation_failed', 'r1'));
    expect(refused.problems, [const FieldProblem('unit', 'required')]);
    expect(refused.retryAfter, const Duration(seconds: 7));
    expect(refused.isPassing, isFalse);
  });

  test('Retry-After may be a date', () async {
    final date = HttpDate.format(DateTime.now().add(const Duration(hours: 2)));
    server.answer = (_) => ScriptedAnswer(503, const {'code': 'x'}, headers: {'Retry-After': date});
    final refused = await failure() as Refused;
    expect(refused.retryAfter!.inMinutes, inInclusiveRange(90, 120));
  });

  test('Retry-After is limited to a day, and a past time means now', () async {
    for (final (header, wait) in [
      ('9999999999999', const Duration(days: 1)),
      ('Fri, 31 Dec 9999 23:59:59 GMT', const Duration(days: 1)),
      ('-5', Duration.zero),
      ('Thu, 01 Jan 1970 00:00:00 GMT', Duration.zero),
      ('soon', null),
    ]) {
      server.answer = (_) => ScriptedAnswer(503, const {'code': 'x'}, headers: {'Retry-After': header});
      expect((await failure() as Refused).retryAfter, wait, reason: header);
    }
  });

  test('an error response without JSON is a refusal with the HTTP status as its code', () async {
    server.answer = (_) => ScriptedAnswer(502, '<html>Bad gateway', contentType: ContentType.html);
    final refused = await failure() as Refused;
    expect((refused.code, refused.isPassing), ('http_502', true));
  });

  test('a hotel\'s sign-in page counts as unreachable', () async {
    for (final answer in [
      ScriptedAnswer(200, '<html>Welcome', contentType: ContentType.html),
      const ScriptedAnswer(302, '', headers: {'Location': 'http://hotel.example'}),
      const ScriptedAnswer(200, '{"half":'),
    ]) {
      server.answer = (_) => answer;
      expect(await failure(), isA<Unreachable>());
    }
  });

  test('a request times out', () async {
    server.answer = (_) => Completer<ScriptedAnswer>().future;
    final impatient = ApiClient(server.url, serverClock: ServerClock(), timeout: const Duration(seconds: 1));
    addTearDown(impatient.close);
    await expectLater(impatient.send('GET', '/x'), throwsA(isA<Unreachable>()));
  });

  test('failure messages do not contain addresses', () async {
    await server.stop();
    expect('${await failure()}', isNot(contains('127.0.0.1')));
  });

  test('the server\'s time is read from its responses', () async {
    final date = HttpDate.format(DateTime.now().subtract(const Duration(hours: 2)));
    // Something else on the way, such as a hotel's network, answers in JSON too.
    server.answer = (_) => ScriptedAnswer(200, const <String, Object?>{}, headers: {'Date': date});
    await api.send('GET', '/x');
    expect(api.serverClock.offset, Duration.zero);
    server.answer = (_) =>
        ScriptedAnswer(200, const <String, Object?>{}, headers: {'Date': date, 'X-Request-Id': 'r1'});
    await api.send('GET', '/x');
    expect(api.serverClock.offset.inMinutes, inInclusiveRange(-121, -119));
  });
}
