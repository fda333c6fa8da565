import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/api/api_client.dart';
import 'package:weight_sync/core/api/api_failure.dart';
import 'package:weight_sync/core/api/server_clock.dart';
import 'package:weight_sync/core/auth/authorized_client.dart';
import 'package:weight_sync/core/storage/stored_text.dart';
import 'package:weight_sync/features/health_tracking/data/local/page_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_account.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_store.dart';
import 'package:weight_sync/features/health_tracking/data/repositories/limits_repository.dart';
import 'package:weight_sync/features/health_tracking/data/repositories/offline_first_weight_repository.dart';
import 'package:weight_sync/features/health_tracking/data/services/server_entry.dart';
import 'package:weight_sync/features/health_tracking/data/services/weight_sync_service.dart';
import 'package:weight_sync/features/health_tracking/data/services/weight_sync_task.dart';
import 'package:weight_sync/features/health_tracking/domain/live_totals.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../../support/folder.dart';
import '../../../support/memory_token_storage.dart';
import '../../../support/scripted_answer.dart';
import '../../../support/scripted_server.dart';
import '../../../support/server_entries.dart';
import '../../../support/tokens.dart';

/// How often a run pulls everything because the server has other entries than this device. test_e2e/loss_test.dart shows
/// that nothing is lost.
void main() {
  const user = WeightSyncUser(id: 'u1', email: 'u1@example.org');
  late ScriptedServer server;
  late WeightSyncTask task;
  late WeightStore store;
  late WeightAccount account;
  late OfflineFirstWeightRepository repository;
  late List<ServerEntry> rows;
  late LiveTotals live;
  late List<String> log;

  /// The server's live entries, all of them without a cursor.
  ScriptedAnswer changes(String? since) => ScriptedAnswer(200, {
    'data': [
      for (final row in since == null ? rows : const <ServerEntry>[])
        {
          'id': row.id,
          'weight_value': row.version.weight!.value,
          'unit': row.version.weight!.unit.code,
          'timestamp': row.version.timestamp!.toIso8601String(),
          'updated_at': row.updatedAt.toIso8601String(),
          'edited_at': row.version.editedAt.toIso8601String(),
          'deleted_at': null,
        },
    ],
    'sync': {
      'next_since': 'c',
      'has_more': false,
      'epoch': 'e1',
      'live': {'count': live.count, 'hash': '$live'.split(' ').last},
    },
  });

  setUp(() async {
    rows = [];
    live = LiveTotals.none;
    log = [];
    server = await ScriptedServer.start();
    server.answer = (asked) => switch ((asked.method, asked.path)) {
      (_, '/api/auth/login') => ScriptedAnswer(200, tokens()),
      (_, '/api/limits') => const ScriptedAnswer(404, {'code': 'not_found'}),
      _ => changes(asked.query['since']),
    };
    final folder = temporary();
    final api = ApiClient(server.url, serverClock: ServerClock());
    final limits = LimitsRepository(api, await StoredText.load('$folder/limits.json'));
    repository = OfflineFirstWeightRepository(limits: limits.limits);
    account = WeightAccount(folder, server.url, repository);
    final authentication = AuthenticationService(api, MemoryTokenStorage(), account);
    await authentication.signIn(email: 'a', password: 'b');
    addTearDown(() async {
      api.close();
      await account.close();
    });
    WeightSyncService serviceOf(WeightSyncUser user) => WeightSyncService(AuthorizedClient(api, authentication, user));
    task = WeightSyncTask(repository, limits, serviceOf, account.storeOf);
    store = account.storeOf(user)!;
    await store.change(() => store.takePage(page(const [])));
  });

  /// The cursors of the downloads of a run.
  Future<List<String?>> run() async {
    server.asked.clear();
    await task.synchronize(user, (_) {}, log: log.add);
    return [
      for (final asked in server.asked)
        if (asked.path.endsWith('/weight/sync')) asked.query['since'],
    ];
  }

  test('the same entries are not pulled again', () async {
    expect(await run(), ['c']);
    expect(log, isEmpty);
  });

  test('a difference that a full pull does not end is pulled for once, and another one once more', () async {
    live = LiveTotals.of('s1', weighing(70));
    expect(await run(), ['c', null]);
    expect(log, [contains('pulling everything'), contains('still has other entries')]);
    log.clear();
    expect(await run(), ['c']);
    expect(log, isEmpty);

    // The same entry is missing here, whatever else there is.
    rows = [serverEntry('s2', weighing(71), 1)];
    await store.change(() => store.takePage(page(rows)));
    live += LiveTotals.of('s2', weighing(71));
    expect(await run(), ['c']);

    live += LiveTotals.of('s3', weighing(72));
    expect(await run(), ['c', null]);

    live = LiveTotals.of('s2', weighing(71));
    expect(await run(), ['c']);
    expect(store.pulledFor, isNull);
    live += LiveTotals.of('s1', weighing(70));
    expect(await run(), ['c', null], reason: 'it had ended in between');
  });

  test('what the server has lost is counted until it is acknowledged, also after a restart', () async {
    final known = [serverEntry('s1', weighing(70), 1), serverEntry('s2', weighing(71, day: 2), 2)];
    await store.change(() => store.takePage(page(known)));
    rows = [known.first];
    live = LiveTotals.of('s1', known.first.version);
    final answer = server.answer;
    server.answer = (asked) => asked.method == 'POST' && asked.path.endsWith('/weight/sync')
        ? const ScriptedAnswer(503, {'code': 'unavailable'})
        : answer(asked);
    await expectLater(run(), throwsA(isA<Refused>()));
    expect(repository.lostByServer.value, 1);
    await account.open(null);
    expect(repository.lostByServer.value, 0);
    await account.open(user);
    expect(repository.lostByServer.value, 1);
    await repository.acknowledgeLoss();
    expect(repository.lostByServer.value, 0);
    await account.open(null);
    await account.open(user);
    expect(repository.lostByServer.value, 0);
  });

  test('nothing is compared with a server that sends no totals', () async {
    await store.change(() => store.takePage(page([serverEntry('s1', weighing(70), 1)])));
    final answer = server.answer;
    server.answer = (asked) async {
      final said = await answer(asked);
      if (said.body case {'sync': final Map<String, Object?> sync}) sync.remove('live');
      return said;
    };
    expect(await run(), ['c']);
    expect(store.listEntries(), hasLength(1));
  });
}
