import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import '../support/folder.dart';
import '../support/hints.dart';
import '../support/memory_token_storage.dart';
import '../support/scripted_answer.dart';
import '../support/scripted_server.dart';
import '../support/tokens.dart';

void main() {
  test('weights recorded before the sign-in are sent by its first sync, and signing out can keep them', () async {
    final server = await ScriptedServer.start();
    final hints = Hints();
    final folder = temporary();
    final sent = <Asked>[];
    server.answer = (asked) {
      if (asked.method == 'POST' && asked.path == '/api/health-metrics/weight/sync') sent.add(asked);
      return switch ((asked.method, asked.path)) {
        (_, '/api/auth/login') => ScriptedAnswer(200, tokens()),
        (_, '/api/auth/logout') => const ScriptedAnswer(200, <String, Object?>{}),
        ('GET', '/api/health-metrics/weight/sync') => const ScriptedAnswer(200, {
          'data': <Object?>[],
          'sync': {'next_since': 'c', 'has_more': false, 'epoch': 'e1'},
        }),
        ('POST', '/api/health-metrics/weight/sync') => ScriptedAnswer(200, {
          'synced': [
            for (final (index, _) in (asked.body['entries']! as List<Object?>).indexed)
              {'index': index, 'server_id': 's$index', 'updated_at': '2026-03-01T00:00:09Z'},
          ],
          'conflicts': const <Object?>[],
          'errors': const <Object?>[],
          'sync': {'epoch': 'e1'},
        }),
        _ => const ScriptedAnswer(404, {'code': 'not_found'}),
      };
    };
    final app = await WeightSync.open(
      server: server.url,
      folder: GivenDataFolder(folder),
      tokens: MemoryTokenStorage(),
      connectivity: hints,
      background: hints,
    );
    addTearDown(app.close);

    expect(app.sync.status.value, isA<SyncOff>());
    final added = await app.weights.add(weight: Weight(70, WeightUnit.kg), timestamp: DateTime.utc(2026, 2));
    await app.authentication.signIn(email: 'a', password: 'b');
    await app.sync.idle;
    expect(app.sync.status.value, isA<SyncIdle>());
    expect((app.weights.entries.value.single.key, app.weights.pendingCount.value), (added.key, 0));
    final [entry as Map<String, Object?>] = sent.single.body['entries']! as List<Object?>;
    expect(entry['local_id'], added.key);

    await app.authentication.signOut(data: DataOnDevice.keep);
    expect(app.weights.entries.value.single.key, added.key);
    await app.authentication.signIn(email: 'a', password: 'b');
    await app.sync.idle;
    expect((app.weights.entries.value.single.key, sent.length), (added.key, 1));

    await app.authentication.signOut();
    expect(app.weights.entries.value, isEmpty);
    final journals = Directory(folder).listSync(recursive: true).whereType<File>();
    expect(journals.where((file) => file.readAsStringSync().contains(added.key)), isEmpty);
  });
}
