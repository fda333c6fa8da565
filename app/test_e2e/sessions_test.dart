import 'dart:convert';
import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:path/path.dart' as path;
import 'package:weight_sync/weight_sync.dart';

import 'support/account.dart';
import 'support/device.dart';
import 'support/instance.dart';

void main() {
  late Instance instance;
  late Device phone;
  late Account account;

  setUpAll(() async {
    instance = await Instance.start(
      settings: {
        'WEIGHT_SYNC_AUTH_REFRESH_GRACE_SECONDS': '0',
        // Few enough that even a slow machine sends them within a minute.
        'WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE': '30',
      },
    );
  });
  tearDownAll(() => instance.remove());

  setUp(() async {
    phone = await Device.at(instance.url);
    account = await Account.register(phone, instance.url);
  });

  Map<String, Object?> session() =>
      jsonDecode(File(path.join(phone.folder.path, 'session.json')).readAsStringSync()) as Map<String, Object?>;

  /// Restarts the app with the stored session changed, as if it had been closed for a while.
  Future<void> relaunchWith(Map<String, Object?> change) async {
    final changed = {...session(), ...change};
    await phone.app.close();
    File(path.join(phone.folder.path, 'session.json')).writeAsStringSync(jsonEncode(changed));
    await phone.launch();
  }

  /// The same token with the same signing secret, expired a week ago.
  String ended(String token) {
    Map<String, Object?> read(String part) =>
        jsonDecode(utf8.decode(base64Url.decode(base64Url.normalize(part)))) as Map<String, Object?>;
    final [head, claims, _] = token.split('.');
    final exp = DateTime.now().subtract(const Duration(days: 7)).millisecondsSinceEpoch ~/ 1000;
    return instance.token({...read(claims), 'exp': exp, 'iat': exp - 900, 'nbf': exp - 900}, head: read(head));
  }

  test('a token that expires during a run is refreshed, and the run continues', () async {
    for (var day = 1; day <= 150; day++) {
      await phone.add(75, day: day);
    }
    final late = DateTime.now().add(const Duration(minutes: 10)).toUtc().toIso8601String();
    await relaunchWith({'access': ended('${session()['access']}'), 'expires': late});
    await phone.syncFully();
    expect(await account.expectSame([phone]), 150);
  });

  test('after a week offline the app syncs without a new sign-in', () async {
    phone.network.isUp = false;
    await phone.add(75);
    final past = DateTime.now().subtract(const Duration(days: 7)).toUtc().toIso8601String();
    await relaunchWith({'access': ended('${session()['access']}'), 'expires': past});
    await phone.sync();
    expect(phone.app.authentication.state.value, isA<SignedIn>());
    phone.network.isUp = true;
    await phone.syncFully();
    expect(await account.expectSame([phone]), 1);
  });

  Future<String> refreshed(Object? token) async {
    final (status, tokens) = await account.send('POST', '/api/auth/refresh', body: {'refresh_token': token});
    expect(status, 200);
    return tokens['refresh_token']! as String;
  }

  test('a phone that lost the answer to its refresh stays signed in', () async {
    await phone.add(75);
    await refreshed(session()['refresh']);
    await relaunchWith({'access': 'nonsense'});
    await phone.syncFully();
    expect(phone.app.authentication.state.value, isA<SignedIn>());
    expect(await account.expectSame([phone]), 1);
  });

  test('a session that somebody else went on with requires a sign-in and keeps waiting edits', () async {
    phone.network.isUp = false;
    await phone.add(75);
    await refreshed(await refreshed(session()['refresh']));
    await relaunchWith({'access': 'nonsense'});
    phone.network.isUp = true;
    await phone.sync();
    expect(phone.app.authentication.state.value, isA<SignInExpired>());
    expect(phone.status, isA<SyncNeedsSignIn>().having((status) => status.pending, 'pending', 1));
    await phone.add(76, day: 2);
    await phone.relaunch();
    expect(phone.weights, [76, 75]);

    await account.signIn(phone);
    await phone.syncFully();
    expect(await account.expectSame([phone]), 2);
  });

  test('every device is listed with its name, and one that is signed out keeps what it has not sent', () async {
    final tablet = await Device.at(instance.url, name: 'Tablet in the kitchen');
    await account.signIn(tablet);
    await tablet.add(75);
    final [here, other] = await phone.app.authentication.devices.list();
    expect(here.isThis, isTrue);
    expect(here.name, isNotEmpty);
    expect((other.isThis, other.name), (false, 'Tablet in the kitchen'));
    await phone.app.authentication.devices.signOut(other);
    expect(await phone.app.authentication.devices.list(), hasLength(1));
    // Its access token stays good for some minutes.
    final session = File(path.join(tablet.folder.path, 'session.json'));
    await tablet.app.close();
    final changed = {...jsonDecode(session.readAsStringSync()) as Map<String, Object?>, 'access': 'nonsense'};
    session.writeAsStringSync(jsonEncode(changed));
    await tablet.launch();
    expect(tablet.app.authentication.state.value, isA<SignInExpired>());
    expect(tablet.weights, [75]);
  });

  test('a code of the operator replaces a forgotten password, and other devices sign in again', () async {
    final tablet = await Device.at(instance.url);
    await account.signIn(tablet);
    await tablet.add(75);
    final authentication = phone.app.authentication;
    Matcher fails(SignInFailureKind kind) =>
        throwsA(isA<SignInFailure>().having((failure) => failure.kind, 'kind', kind));
    Future<void> reset(String code) =>
        authentication.resetPassword(email: account.email, code: code, password: 'another long password');

    await expectLater(authentication.mailCode(account.email), fails(SignInFailureKind.noMail));
    final printed = await instance.weightctl(['user', 'reset-password', account.email]);
    final code = RegExp('[A-Z0-9]{4}-[A-Z0-9]{4}').firstMatch(printed)!.group(0)!;
    await expectLater(reset('7777-7777'), fails(SignInFailureKind.wrongCode));
    await reset(code.toLowerCase());
    await phone.syncFully();
    await expectLater(reset(code), fails(SignInFailureKind.wrongCode));
    await tablet.sync();
    expect(tablet.app.authentication.state.value, isA<SignInExpired>());
    await tablet.app.authentication.signIn(email: account.email, password: 'another long password');
    await tablet.sync();
    await tablet.syncFully();
    await phone.syncFully();
    expect(phone.weights, [75]);
  });

  test('wrong passwords, taken addresses, invalid fields and a missing network are distinguished', () async {
    final other = await Device.at(instance.url);
    Matcher fails(SignInFailureKind kind) =>
        throwsA(isA<SignInFailure>().having((failure) => failure.kind, 'kind', kind));
    final authentication = other.app.authentication;
    await expectLater(
      authentication.signIn(email: account.email, password: 'another password'),
      fails(SignInFailureKind.wrongCredentials),
    );
    await expectLater(
      authentication.register(email: account.email, password: Account.password),
      fails(SignInFailureKind.emailTaken),
    );
    await expectLater(
      authentication.register(email: 'new@example.org', password: 'short'),
      fails(SignInFailureKind.invalidFields),
    );
    other.network.isUp = false;
    await expectLater(account.signIn(other), fails(SignInFailureKind.unreachable));
    expect(authentication.state.value, const SignedOut());
  });

  test('signing out with unsent edits needs a decision', () async {
    phone.network.isUp = false;
    await phone.add(75);
    final outcome = await phone.app.authentication.signOut();
    expect(outcome, isA<SignOutNeedsDecision>().having((outcome) => outcome.unsentCount, 'count', 1));
    expect(phone.entries, hasLength(1));
    expect(await phone.app.authentication.signOut(data: DataOnDevice.remove), isA<SignOutDone>());
    expect(phone.entries, isEmpty);
    phone.network.isUp = true;
    await account.signIn(phone);
    await phone.syncFully();
    expect(await account.expectSame([phone]), 0);
  });

  test('after a 429 the app waits as long as the server asks, then sends', () async {
    final quick = await Device.at(instance.url, syncsByItself: true);
    await account.signIn(quick);
    final token = await account.token();
    var added = 0;
    var before = DateTime.now();
    // The window slides: once in a while it has room for the app, and the limit is used up again.
    do {
      var status = 200;
      while (status != 429) {
        (status, _) = await account.send('GET', '/api/account', token: token);
      }
      before = DateTime.now();
      await quick.add(75.0 + added);
      added++;
      await quick.sync();
    } while (quick.status is! SyncRetrying);
    final retrying = quick.status as SyncRetrying;
    expect(retrying.failure.kind, SyncFailureKind.rateLimited);
    final asked = retrying.failure.retryAfter!;
    expect(retrying.nextTry.isAfter(before.add(asked)), isTrue);
    // Sent automatically, and not before that time.
    await quick.app.weights.pendingCount.stream.firstWhere((count) => count == 0).timeout(const Duration(minutes: 5));
    await quick.app.sync.status.stream.firstWhere((status) => status is SyncIdle);
    expect(await account.expectSame([quick]), added);
  }, timeout: const Timeout(Duration(minutes: 10)));
}
