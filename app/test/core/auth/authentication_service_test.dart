import 'dart:async';

import 'package:clock/clock.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/api/api_client.dart';
import 'package:weight_sync/core/api/api_failure.dart';
import 'package:weight_sync/core/api/server_clock.dart';
import 'package:weight_sync/core/auth/authorized_client.dart';
import 'package:weight_sync/core/auth/sign_in_required.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../support/fake_account_data.dart';
import '../../support/memory_token_storage.dart';
import '../../support/scripted_answer.dart';
import '../../support/scripted_server.dart';
import '../../support/tokens.dart';

void main() {
  const user = WeightSyncUser(id: 'u1', email: 'u1@example.org');
  late ScriptedServer server;
  late MemoryTokenStorage storage;
  late FakeAccountData data;
  late AuthenticationService authentication;
  late ApiClient api;

  AuthenticationService service() {
    api = ApiClient(server.url, serverClock: ServerClock());
    return AuthenticationService(api, storage, data);
  }

  AuthorizedClient client() => AuthorizedClient(api, authentication, user);

  Iterable<Asked> refreshes() => server.asked.where((asked) => asked.path == '/api/auth/refresh');

  /// Accepts the access tokens in [good]; a refresh returns `access-2`.
  void serve(Set<String> good, {ScriptedAnswer? refresh, String code = 'token_expired'}) {
    server.answer = (asked) => switch (asked.path) {
      '/api/auth/login' => ScriptedAnswer(200, tokens()),
      '/api/auth/refresh' => refresh ?? ScriptedAnswer(200, tokens(access: 'access-2', refresh: 'refresh-2')),
      '/api/auth/logout' => const ScriptedAnswer(200, <String, Object?>{}),
      _ when good.contains(asked.bearer) => ScriptedAnswer(200, {'as': asked.bearer}),
      _ => ScriptedAnswer(401, {'code': code}),
    };
  }

  setUp(() async {
    server = await ScriptedServer.start();
    storage = MemoryTokenStorage();
    data = FakeAccountData();
    authentication = service();
    serve({'access-1', 'access-2'});
    await authentication.signIn(email: user.email, password: 'a long password');
  });

  test('signing in opens the user\'s data, and the next start resumes the session offline', () async {
    expect(authentication.state.value, const SignedIn(user));
    expect(data.calls, ['close', 'open u1']);
    final asked = server.asked.length;
    data.calls.clear();
    authentication = service();
    await authentication.start();
    expect(authentication.state.value, const SignedIn(user));
    expect(data.calls, ['open u1']);
    expect(server.asked, hasLength(asked));
  });

  test('a session of another server is not resumed', () async {
    storage.text = storage.text!.replaceFirst('${server.url}', 'https://elsewhere.example');
    authentication = service();
    await authentication.start();
    expect(authentication.state.value, const SignedOut());
  });

  test('ten requests with an expired token cause one refresh', () async {
    serve({'access-2'});
    final answers = await Future.wait([for (var i = 0; i < 10; i++) client().send('GET', '/api/account')]);
    expect(answers.map((answer) => answer.body['as']), everyElement('access-2'));
    expect(refreshes(), hasLength(1));
  });

  test('an access token is refreshed shortly before it expires, by the server\'s clock', () async {
    final soon = DateTime.now().add(const Duration(minutes: 14, seconds: 30));
    await withClock(Clock.fixed(soon), () async {
      expect(await authentication.accessToken(user), 'access-2');
    });
    expect(refreshes(), hasLength(1));

    // The device's clock jumps a day ahead, and responses show the server's time: no refresh.
    final wrong = DateTime.now().add(const Duration(days: 1));
    await withClock(Clock.fixed(wrong), () async {
      api.serverClock.observe(DateTime.now().toUtc());
      expect(await authentication.accessToken(user), 'access-2');
    });
    expect(refreshes(), hasLength(1));
  });

  test('a refresh that fails because of the network or the server does not end the session', () async {
    for (final refresh in const [
      ScriptedAnswer(503, {'code': 'database_unavailable'}),
      ScriptedAnswer(500, 'Oops'),
      ScriptedAnswer(200, {'welcome': 'to our hotel'}),
    ]) {
      serve(const {}, refresh: refresh);
      await expectLater(client().send('GET', '/api/account'), throwsA(isA<ApiFailure>()));
      expect(authentication.state.value, const SignedIn(user));
    }
    await server.stop();
    await expectLater(client().send('GET', '/api/account'), throwsA(isA<Unreachable>()));
    expect(authentication.state.value, const SignedIn(user));
  });

  test('an address that changed at the server is shown, and requests go on', () async {
    serve({'access-2'}, refresh: ScriptedAnswer(200, tokens(access: 'access-2', email: 'new@example.org')));
    for (var times = 0; times < 2; times++) {
      expect((await client().send('GET', '/api/account')).body['as'], 'access-2');
    }
    expect(authentication.state.value, const SignedIn(WeightSyncUser(id: 'u1', email: 'new@example.org')));
    expect(data.calls, ['close', 'open u1']);
  });

  test('a refused refresh requires a sign-in, keeps the data, and is remembered after a restart', () async {
    serve(const {}, refresh: const ScriptedAnswer(401, {'code': 'invalid_refresh_token'}));
    await expectLater(client().send('GET', '/api/account'), throwsA(isA<SignInRequired>()));
    expect(authentication.state.value, const SignInExpired(user));
    expect(data.calls, isNot(contains('erase u1')));
    authentication = service();
    await authentication.start();
    expect(authentication.state.value, const SignInExpired(user));
    await expectLater(authentication.accessToken(user), throwsA(isA<SignInRequired>()));
  });

  test('an unknown user must sign in again without a refresh, and keeps the data', () async {
    serve(const {}, code: 'unknown_user');
    await expectLater(client().send('GET', '/api/account'), throwsA(isA<SignInRequired>()));
    expect(authentication.state.value, const SignInExpired(user));
    expect(refreshes(), isEmpty);
    expect(data.calls, isNot(contains('erase u1')));
  });

  test('the data of a deleted account is erased', () async {
    serve(const {}, code: 'account_gone');
    await expectLater(client().send('GET', '/api/account'), throwsA(isA<SignInRequired>()));
    expect(authentication.state.value, const SignedOut(accountWasDeleted: true));
    expect(data.calls.last, 'erase u1');
    expect(storage.text, isNull);
  });

  test('a fresh token that is refused requires a sign-in, without further refreshes', () async {
    serve(const {}, code: 'invalid_token');
    await expectLater(client().send('GET', '/api/account'), throwsA(isA<SignInRequired>()));
    expect(authentication.state.value, const SignInExpired(user));
    expect(refreshes(), hasLength(1));
  });

  test('nothing is sent as one user while another is signed in', () async {
    const other = WeightSyncUser(id: 'u2', email: 'u2@example.org');
    final asked = server.asked.length;
    final wrong = AuthorizedClient(api, authentication, other);
    await expectLater(wrong.send('GET', '/api/account'), throwsA(isA<SignInRequired>()));
    expect(server.asked, hasLength(asked));
  });

  test('tokens that arrive after signing out are discarded', () async {
    final arrived = Completer<void>();
    final go = Completer<void>();
    serve(const {});
    final refused = server.answer;
    server.answer = (asked) async {
      if (asked.path == '/api/auth/refresh') {
        arrived.complete();
        await go.future;
      }
      return refused(asked);
    };
    final sent = expectLater(client().send('GET', '/api/account'), throwsA(isA<SignInRequired>()));
    await arrived.future;
    await authentication.signOut();
    go.complete();
    await sent;
    expect(authentication.state.value, const SignedOut());
    expect(storage.text, isNull);
  });

  test('signing out with unsent edits needs a decision', () async {
    data.unsentCount = 3;
    expect(await authentication.signOut(), isA<SignOutNeedsDecision>().having((o) => o.unsentCount, 'count', 3));
    expect(authentication.state.value, const SignedIn(user));
    expect(await authentication.signOut(data: DataOnDevice.keep), isA<SignOutDone>());
    expect(data.calls.last, 'keep u1');
  });

  test('signing out erases the data, ends the session, and works offline', () async {
    await authentication.signOut(everywhere: true);
    expect(server.asked.last.body, {'refresh_token': 'refresh-1', 'all': true});
    expect((authentication.state.value, storage.text, data.calls.last), (const SignedOut(), null, 'erase u1'));

    await authentication.signIn(email: user.email, password: 'a long password');
    await server.stop();
    await authentication.signOut();
    expect((authentication.state.value, storage.text, data.calls.last), (const SignedOut(), null, 'erase u1'));
  });

  test('changing the password stores the new session, even if the access token had expired', () async {
    serve(const {});
    final others = server.answer;
    server.answer = (asked) => asked.path == '/api/account/password' && asked.bearer == 'access-2'
        ? ScriptedAnswer(200, tokens(access: 'access-9', refresh: 'refresh-9'))
        : others(asked);
    await authentication.changePassword(current: 'a long password', replacement: 'a longer password');
    expect(await authentication.accessToken(user), 'access-9');
    expect(storage.text, contains('refresh-9'));
  });

  test('a wrong password deletes nothing; success and account_gone both erase the data', () async {
    server.answer = (_) => const ScriptedAnswer(403, {'code': 'wrong_password'});
    await expectLater(
      authentication.deleteAccount(password: 'wrong'),
      throwsA(isA<SignInFailure>().having((failure) => failure.kind, 'kind', SignInFailureKind.wrongPassword)),
    );
    expect(authentication.state.value, const SignedIn(user));
    for (final answer in const [
      ScriptedAnswer(200, {'deleted': <String, Object?>{}}),
      ScriptedAnswer(401, {'code': 'account_gone'}),
    ]) {
      serve({'access-1'});
      await authentication.signIn(email: user.email, password: 'a long password');
      server.answer = (_) => answer;
      await authentication.deleteAccount(password: 'right');
      expect(authentication.state.value, isA<SignedOut>());
      expect(data.calls.last, 'erase u1');
      expect(storage.text, isNull);
    }
  });
}
