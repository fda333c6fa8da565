import 'dart:async';
import 'dart:io';

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

/// A write waits for [go], if set.
final class _SlowStorage extends MemoryTokenStorage {
  Completer<void>? go;

  /// Completes when the waiting write has begun.
  final begun = Completer<void>();

  @override
  Future<void> write(String text) async {
    if (go case final go?) {
      begun.complete();
      await go.future;
    }
    await super.write(text);
  }
}

/// Account data that can fail to open.
final class _FullDevice extends FakeAccountData {
  bool isFull = false;

  @override
  Future<void> open(WeightSyncUser? user) =>
      isFull && user != null ? Future.error(const StorageFailure('full')) : super.open(user);
}

void main() {
  const user = WeightSyncUser(id: 'u1', email: 'u1@example.org');
  late ScriptedServer server;
  late _SlowStorage storage;
  late _FullDevice data;
  late ApiClient api;
  late AuthenticationService authentication;

  setUp(() async {
    server = await ScriptedServer.start();
    storage = _SlowStorage();
    data = _FullDevice();
    api = ApiClient(server.url, serverClock: ServerClock());
    authentication = AuthenticationService(api, storage, data);
    server.answer = (_) => ScriptedAnswer(200, tokens());
    await authentication.signIn(email: user.email, password: 'a long password');
  });

  Future<void> send() => AuthorizedClient(api, authentication, user).send('GET', '/api/account');

  test('a proxy\'s 401 does not end the session, neither for a request nor for a refresh', () async {
    final proxy = ScriptedAnswer(401, '<html>Who are you?</html>', contentType: ContentType.html);
    server.answer = (_) => proxy;
    await expectLater(send(), throwsA(isA<Refused>().having((refused) => refused.code, 'code', 'http_401')));
    server.answer = (asked) =>
        asked.path == '/api/auth/refresh' ? proxy : const ScriptedAnswer(401, {'code': 'token_expired'});
    await expectLater(send(), throwsA(isA<Refused>()));
    expect(authentication.state.value, const SignedIn(user));
    expect(storage.text, contains('refresh-1'));
  });

  test('tokens still being written during a sign-out are deleted', () async {
    server.answer = (asked) => switch (asked.path) {
      '/api/auth/refresh' => ScriptedAnswer(200, tokens(access: 'access-2', refresh: 'refresh-2')),
      _ when asked.bearer == 'access-1' => const ScriptedAnswer(401, {'code': 'token_expired'}),
      _ => const ScriptedAnswer(200, <String, Object?>{}),
    };
    storage.go = Completer();
    final sent = expectLater(send(), completes);
    await storage.begun.future;
    final out = authentication.signOut();
    storage.go!.complete();
    await out;
    await sent;
    expect((authentication.state.value, storage.text), (const SignedOut(), null));
  });

  test('if the device cannot store, sign-in fails and the previous user\'s data is closed', () async {
    data.isFull = true;
    server.answer = (_) => ScriptedAnswer(200, tokens(user: 'u2'));
    await expectLater(
      authentication.signIn(email: 'u2@example.org', password: 'a long password'),
      throwsA(isA<SignInFailure>().having((failure) => failure.kind, 'kind', SignInFailureKind.storage)),
    );
    expect(authentication.state.value, const SignedOut());
    expect(data.calls.last, 'open null');
    await expectLater(send(), throwsA(isA<SignInRequired>()));
  });

  test('data is erased before the session, so that a kill in between repeats the erasure', () async {
    final order = <String>[];
    server.answer = (_) => const ScriptedAnswer(401, {'code': 'account_gone'});
    final watched = _OrderedStorage(order)..text = storage.text;
    authentication = AuthenticationService(api, watched, _OrderedData(order));
    await authentication.start();
    await expectLater(send(), throwsA(isA<SignInRequired>()));
    expect(order, ['erase', 'forget']);
  });

  group('a sign-out that the keystore refuses', () {
    late _BrokenStorage broken;

    setUp(() async {
      broken = _BrokenStorage()..text = storage.text;
      authentication = AuthenticationService(api, broken, data);
      await authentication.start();
    });

    Iterable<String> logouts() => server.asked.map((asked) => asked.path).where((path) => path == '/api/auth/logout');

    test('overwrites the session, so that the next start does not resume it, and ends it at the server', () async {
      expect(await authentication.signOut(), isA<SignOutDone>());
      expect(logouts(), hasLength(1));
      final next = AuthenticationService(api, broken, data);
      await next.start();
      expect(next.state.value, const SignedOut());
    });

    test('also to overwrite ends it at the server, and fails', () async {
      broken.isLocked = true;
      await expectLater(authentication.signOut(), throwsException);
      expect(authentication.state.value, const SignedOut());
      expect(logouts(), hasLength(1));
    });
  });

  group('a late refusal after a change of the password', () {
    late Completer<void> arrived;
    late Completer<void> go;

    setUp(() => (arrived, go) = (Completer(), Completer()));

    /// Answers [asked] with a refusal, but only after the password was changed.
    Future<ScriptedAnswer> refuseLate() async {
      arrived.complete();
      await go.future;
      return const ScriptedAnswer(401, {'code': 'session_ended'});
    }

    Future<void> changePassword() async {
      await arrived.future;
      await authentication.changePassword(current: 'a long password', replacement: 'a longer password');
      go.complete();
    }

    ScriptedAnswer newTokens() => ScriptedAnswer(200, tokens(access: 'access-9', refresh: 'refresh-9'));

    test('of a refresh leaves the new session, which the request then uses', () async {
      server.answer = (asked) => switch ((asked.path, asked.bearer)) {
        ('/api/account/password', _) => newTokens(),
        ('/api/auth/refresh', _) => refuseLate(),
        (_, 'access-9') => const ScriptedAnswer(200, <String, Object?>{}),
        _ => const ScriptedAnswer(401, {'code': 'token_expired'}),
      };
      await Future.wait([send(), changePassword()]);
      expect(authentication.state.value, const SignedIn(user));
      expect(storage.text, contains('refresh-9'));
    });

    test('of a refreshed token leaves the new session', () async {
      server.answer = (asked) => switch ((asked.path, asked.bearer)) {
        ('/api/account/password', _) => newTokens(),
        ('/api/auth/refresh', _) => ScriptedAnswer(200, tokens(access: 'access-2', refresh: 'refresh-2')),
        (_, 'access-2') => refuseLate(),
        _ => const ScriptedAnswer(401, {'code': 'token_expired'}),
      };
      await Future.wait([expectLater(send(), throwsA(isA<Refused>())), changePassword()]);
      expect(authentication.state.value, const SignedIn(user));
      expect(storage.text, contains('refresh-9'));
    });
  });

  test('signing in does not wait for the answer to a sign-out', () async {
    final never = ApiClient(server.url, serverClock: ServerClock(), timeout: const Duration(hours: 1));
    addTearDown(never.close);
    authentication = AuthenticationService(never, storage, data);
    await authentication.start();
    final login = server.answer;
    final arrived = Completer<void>();
    server.answer = (asked) {
      if (asked.path != '/api/auth/logout') return login(asked);
      arrived.complete();
      return Completer<ScriptedAnswer>().future;
    };
    final out = authentication.signOut();
    await arrived.future;
    await authentication.signIn(email: user.email, password: 'a long password');
    expect(await out, isA<SignOutDone>());
    expect(authentication.state.value, const SignedIn(user));
  });

  for (final (code, kind) in const [
    ('id_token_expired', SignInFailureKind.googleFailed),
    ('google_not_configured', SignInFailureKind.googleUnavailable),
    ('wrong_audience', SignInFailureKind.googleUnavailable),
    ('email_not_verified', SignInFailureKind.googleUnverified),
    ('google_account_differs', SignInFailureKind.googleDiffers),
  ]) {
    test('signing in with Google maps $code to ${kind.name}', () async {
      server.answer = (_) => ScriptedAnswer(403, {'code': code});
      await expectLater(
        authentication.signInWithGoogle('token'),
        throwsA(isA<SignInFailure>().having((failure) => failure.kind, 'kind', kind)),
      );
      expect(server.asked.last.body, {'id_token': 'token'});
      expect(authentication.state.value, const SignedIn(user));
    });
  }
}

/// A keystore that deletes nothing and, while it [isLocked], writes nothing either.
final class _BrokenStorage extends MemoryTokenStorage {
  bool isLocked = false;

  @override
  Future<void> write(String text) => isLocked ? Future.error(Exception('locked')) : super.write(text);

  @override
  Future<void> delete() => Future.error(Exception('OSStatus -25308'));
}

final class _OrderedStorage extends MemoryTokenStorage {
  _OrderedStorage(this.order);

  final List<String> order;

  @override
  Future<void> delete() async => order.add('forget');
}

final class _OrderedData extends FakeAccountData {
  _OrderedData(this.order);

  final List<String> order;

  @override
  Future<void> erase(WeightSyncUser user) async => order.add('erase');
}
