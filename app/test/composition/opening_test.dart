import 'dart:io';

import 'package:clock/clock.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:path/path.dart' as path;
import 'package:weight_sync/core/storage/folder_lock.dart';
import 'package:weight_sync/weight_sync.dart';

import '../support/folder.dart';
import '../support/hints.dart';
import '../support/memory_token_storage.dart';
import '../support/scripted_answer.dart';
import '../support/scripted_server.dart';
import '../support/tokens.dart';

/// A Keystore whose key was lost, as after a restored backup.
final class _LostKey extends MemoryTokenStorage {
  @override
  Future<String?> read() => Future.error(Exception('the key is gone'));
}

/// Opening with what earlier runs, backups and other isolates left in the folder.
void main() {
  late ScriptedServer server;
  late String folder;

  setUp(() async {
    folder = temporary();
    server = await ScriptedServer.start();
    server.answer = (asked) => asked.path == '/api/auth/login'
        ? ScriptedAnswer(200, tokens())
        : const ScriptedAnswer(503, {'code': 'service_unavailable'});
  });

  Future<WeightSync> open({Uri? at, TokenStorage? tokens}) async {
    final hints = Hints();
    final app = await WeightSync.open(
      server: at ?? server.url,
      folder: GivenDataFolder(folder),
      tokens: tokens,
      connectivity: hints,
      background: hints,
    );
    addTearDown(app.close);
    return app;
  }

  /// Signs in, adds a weight and closes the app.
  Future<void> leaveOneWeight() async {
    final app = await open();
    await app.authentication.signIn(email: 'a', password: 'b');
    await app.weights.add(weight: Weight(70, WeightUnit.kg), timestamp: DateTime.utc(2026, 2));
    await app.close();
  }

  test('a session that cannot be read counts as none, and signing in shows the data again', () async {
    await leaveOneWeight();
    File(path.join(folder, 'session.json')).writeAsBytesSync([0xff, 0xfe, 0x80]);
    for (final storage in [null, _LostKey()]) {
      final app = await open(tokens: storage);
      expect(app.authentication.state.value, const SignedOut());
      await app.authentication.signIn(email: 'a', password: 'b');
      expect(app.weights.entries.value, hasLength(1));
      await app.close();
    }
  });

  test('limits in an unknown form count as none', () async {
    File(path.join(folder, 'limits.json')).writeAsStringSync('{"version": 9, "bulk": {"max_entries": 50}}');
    expect((await open()).weights.limits.value.batchEntries, 50);
  });

  test('a weight is checked by the server\'s clock once that is known', () {
    DateTime now() => DateTime.now().add(const Duration(days: 2));
    return withClock(Clock(now), () async {
      final app = await open();
      Future<void> addNow() => app.weights.add(weight: Weight(70, WeightUnit.kg), timestamp: now());
      await app.authentication.signIn(email: 'a', password: 'b');
      await addNow();
      final login = server.answer;
      server.answer = (asked) async {
        final answer = await login(asked);
        final headers = {'X-Request-Id': 'r1', 'Date': HttpDate.format(DateTime.now())};
        return ScriptedAnswer(answer.status, answer.body, headers: headers);
      };
      await app.authentication.signIn(email: 'a', password: 'b');
      final refused = isA<InvalidEntry>().having((invalid) => invalid.problems.single.field, 'field', 'timestamp');
      await expectLater(addNow(), throwsA(refused));
    });
  });

  test('a folder that a background isolate has open is opened when that is done', () async {
    final lock = await FolderLock.take(folder);
    await expectLater(
      WeightSync.open(server: server.url, folder: GivenDataFolder(folder), waitFor: Duration.zero),
      throwsA(isA<FolderInUse>()),
    );
    final opened = open();
    await lock.release();
    expect((await opened).authentication.state.value, const SignedOut());
  });

  test('a server address with a slash at its end is the same server', () async {
    await leaveOneWeight();
    final app = await open(at: server.url.replace(path: '/'));
    expect(app.authentication.state.value, isA<SignedIn>());
    expect(app.weights.entries.value, hasLength(1));
  });
}
