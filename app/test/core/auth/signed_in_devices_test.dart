import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/api/api_client.dart';
import 'package:weight_sync/core/api/server_clock.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../support/fake_account_data.dart';
import '../../support/memory_token_storage.dart';
import '../../support/scripted_answer.dart';
import '../../support/scripted_server.dart';
import '../../support/tokens.dart';

void main() {
  late ScriptedServer server;
  late AuthenticationService authentication;

  AuthenticationService service(String? deviceName) {
    final api = ApiClient(server.url, serverClock: ServerClock());
    addTearDown(api.close);
    return AuthenticationService(api, MemoryTokenStorage(), FakeAccountData(), deviceName: deviceName);
  }

  setUp(() async {
    server = await ScriptedServer.start();
    server.answer = (asked) => switch ((asked.method, asked.path)) {
      ('POST' || 'PUT', _) => ScriptedAnswer(200, tokens()),
      ('GET', '/api/account/sessions') => const ScriptedAnswer(200, {
        'sessions': [
          {
            'id': 'other',
            'device_name': null,
            'created_at': '2026-01-01T00:00:00Z',
            'last_used_at': '2026-03-01T00:00:00Z',
            'expires_at': '2026-06-01T00:00:00Z',
          },
          {
            'id': 'session of u1',
            'device_name': 'Pixel 8',
            'created_at': '2026-01-02T00:00:00Z',
            'last_used_at': '2026-02-01T00:00:00Z',
            'expires_at': '2026-06-01T00:00:00Z',
          },
        ],
      }),
      ('DELETE', '/api/account/sessions/other') => ScriptedAnswer(204, '', contentType: ContentType.text),
      _ => const ScriptedAnswer(404, {'code': 'not_found'}),
    };
    authentication = service('Pixel 8');
    await authentication.signIn(email: 'a', password: 'b');
  });

  test('the device tells its name wherever it gets a session, cut to what the server takes', () async {
    Object? sent() => server.asked.last.body['device_name'];
    expect(sent(), 'Pixel 8');
    await authentication.register(email: 'a', password: 'b');
    expect(sent(), 'Pixel 8');
    await authentication.signInWithGoogle('token');
    expect(sent(), 'Pixel 8');
    await authentication.changePassword(current: 'b', replacement: 'c');
    expect(sent(), 'Pixel 8');
    await service('é' * 70).signIn(email: 'a', password: 'b');
    expect(sent(), 'é' * 64);
    await service(null).signIn(email: 'a', password: 'b');
    expect(server.asked.last.body, isNot(contains('device_name')));
  });

  test('the list has this device first', () async {
    final [one, other] = await authentication.devices.list();
    expect((one.name, one.isThis, one.lastUsedAt), ('Pixel 8', true, DateTime.utc(2026, 2)));
    expect((other.name, other.isThis, other.signedInAt), (null, false, DateTime.utc(2026)));
  });

  test('a device is signed out, also when it was already', () async {
    final [_, other] = await authentication.devices.list();
    await authentication.devices.signOut(other);
    expect(server.asked.last.path, '/api/account/sessions/other');
    server.answer = (_) => const ScriptedAnswer(404, {'code': 'not_found'});
    await authentication.devices.signOut(other);
  });

  test('an unreadable list and a missing network are failures', () async {
    Matcher fails(SignInFailureKind kind) =>
        throwsA(isA<SignInFailure>().having((failure) => failure.kind, 'kind', kind));
    server.answer = (_) => const ScriptedAnswer(200, {'sessions': 'many'});
    await expectLater(authentication.devices.list(), fails(SignInFailureKind.server));
    await server.stop();
    await expectLater(authentication.devices.list(), fails(SignInFailureKind.unreachable));
  });
}
