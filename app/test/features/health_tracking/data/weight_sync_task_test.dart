import 'dart:io';

import 'package:clock/clock.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/api/api_client.dart';
import 'package:weight_sync/core/api/api_failure.dart';
import 'package:weight_sync/core/api/server_clock.dart';
import 'package:weight_sync/core/auth/authorized_client.dart';
import 'package:weight_sync/core/storage/stored_text.dart';
import 'package:weight_sync/features/health_tracking/data/local/outbox.dart';
import 'package:weight_sync/features/health_tracking/data/local/page_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_account.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_store.dart';
import 'package:weight_sync/features/health_tracking/data/repositories/limits_repository.dart';
import 'package:weight_sync/features/health_tracking/data/repositories/offline_first_weight_repository.dart';
import 'package:weight_sync/features/health_tracking/data/services/weight_sync_service.dart';
import 'package:weight_sync/features/health_tracking/data/services/weight_sync_task.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../../support/folder.dart';
import '../../../support/memory_token_storage.dart';
import '../../../support/scripted_answer.dart';
import '../../../support/scripted_server.dart';
import '../../../support/server_entries.dart';
import '../../../support/tokens.dart';

void main() {
  const user = WeightSyncUser(id: 'u1', email: 'u1@example.org');
  late ScriptedServer server;
  late WeightStore store;
  late WeightSyncTask task;
  late WeightAccount account;
  late String folder;
  late List<String> log;

  /// Answers an upload of these entries, and a download.
  late ScriptedAnswer Function(List<Object?> entries) onUpload;
  late ScriptedAnswer Function() onDownload;

  /// The epoch of the server's database.
  late String epoch;

  ScriptedAnswer changes() => ScriptedAnswer(200, {
    'data': const <Object?>[],
    'sync': {'next_since': 'c', 'has_more': false, 'epoch': epoch},
  });

  ScriptedAnswer accepting(List<Object?> entries) => ScriptedAnswer(200, {
    'synced': [
      for (final (index, entry) in entries.cast<Map<String, Object?>>().indexed)
        {'index': index, 'server_id': 's-${entry['local_id']}', 'updated_at': '2026-03-01T00:00:09Z'},
    ],
    'conflicts': const <Object?>[],
    'errors': const <Object?>[],
    'sync': {'epoch': epoch},
  });

  setUp(() async {
    server = await ScriptedServer.start();
    onUpload = accepting;
    onDownload = changes;
    epoch = 'e1';
    server.answer = (asked) => switch ((asked.method, asked.path)) {
      (_, '/api/auth/login') => ScriptedAnswer(200, tokens()),
      ('POST', _) => onUpload(asked.body['entries']! as List<Object?>),
      (_, '/api/limits') => const ScriptedAnswer(404, {'code': 'not_found'}),
      _ => onDownload(),
    };
    folder = temporary();
    log = [];
    final api = ApiClient(server.url, serverClock: ServerClock());
    final limits = LimitsRepository(api, await StoredText.load('$folder/limits.json'));
    final repository = OfflineFirstWeightRepository(limits: limits.limits);
    account = WeightAccount(folder, server.url, repository);
    final authentication = AuthenticationService(api, MemoryTokenStorage(), account);
    await authentication.signIn(email: 'a', password: 'b');
    addTearDown(() async {
      api.close();
      await account.close();
    });
    task = WeightSyncTask(
      repository,
      limits,
      (user) => WeightSyncService(AuthorizedClient(api, authentication, user)),
      account.storeOf,
    );
    store = account.storeOf(user)!;
  });

  Future<void> run({bool isByHand = false}) => task.synchronize(user, (_) {}, log: log.add, isByHand: isByHand);

  File journal() => Directory(
    folder,
  ).listSync(recursive: true).whereType<File>().singleWhere((file) => file.path.endsWith('weights.journal'));

  Future<void> put(String key, {int edited = 0}) => store.change(() => store.put(key, weighing(70, edited: edited)));

  Iterable<Asked> uploads() => server.asked.where((asked) => asked.body.containsKey('entries'));

  Iterable<Asked> downloads() =>
      server.asked.where((asked) => asked.method == 'GET' && asked.path.endsWith('/weight/sync'));

  List<int> sizes() => [for (final upload in uploads()) (upload.body['entries']! as List<Object?>).length];

  test('a batch that is too large is sent in halves', () async {
    for (final key in ['a', 'b', 'c', 'd']) {
      await put(key);
    }
    onUpload = (entries) => entries.length > 1 ? const ScriptedAnswer(413, {'code': 'too_large'}) : accepting(entries);
    await run();
    expect(sizes(), [4, 2, 1, 1, 1, 1]);
    expect(store.pendingCount, 0);
  });

  test('a single edit that is too large ends the run with the failure', () async {
    await put('a');
    onUpload = (_) => const ScriptedAnswer(413, {'code': 'too_large'});
    await expectLater(run(), throwsA(isA<Refused>().having((refused) => refused.status, 'status', 413)));
    expect(sizes(), [1]);
  });

  test('refused edits are sent again only when the user syncs', () async {
    await put('a');
    onUpload = (_) => const ScriptedAnswer(200, {
      'synced': <Object?>[],
      'conflicts': <Object?>[],
      'errors': [
        {'index': 0, 'code': 'validation_failed'},
      ],
    });
    await run();
    await run();
    expect((sizes().length, task.refusedCount), (1, 1));
    onUpload = accepting;
    await run(isByHand: true);
    expect((sizes().length, task.refusedCount, store.pendingCount), (2, 0, 0));
  });

  test('an expired cursor starts a full pull and offers nothing', () async {
    await store.change(() => store.takePage(page([serverEntry('s1', weighing(70), 1)])));
    onDownload = () => downloads().length == 1 ? const ScriptedAnswer(410, {'code': 'cursor_expired'}) : changes();
    await run();
    expect([for (final download in downloads()) download.query['since']], ['c', null]);
    expect(uploads(), isEmpty);
    expect(store.records.length, 0);
  });

  test('after a change of epoch everything is offered before the full pull', () async {
    await store.change(() => store.takePage(page([serverEntry('s1', weighing(70), 1)])));
    epoch = 'e2';
    onDownload = () => downloads().length == 1 ? const ScriptedAnswer(410, {'code': 'epoch_changed'}) : changes();
    await run();
    expect([for (final asked in server.asked.skip(2)) asked.method], ['GET', 'POST', 'GET']);
    expect((sizes().single, store.epoch), (1, 'e2'));
  });

  test('a full pull that finds another epoch offers everything before removing anything', () async {
    await store.change(() => store.takePage(page([serverEntry('s1', weighing(70), 1)])));
    await store.change(store.pullAll);
    epoch = 'e2';
    await run();
    expect((sizes().single, store.epoch), (1, 'e2'));
  });

  test('a run ends after six restarts', () async {
    onDownload = () => const ScriptedAnswer(410, {'code': 'cursor_expired'});
    final fails = throwsA(isA<Refused>().having((refused) => refused.code, 'code', 'restarted_too_often'));
    await expectLater(run(), fails);
    expect(downloads(), hasLength(6));
    expect(task.lastSync, isNull);
  });

  test('an edit made while the run uploads is sent in the same run', () async {
    await put('a');
    var isFirst = true;
    onUpload = (entries) {
      if (isFirst) put('b').ignore();
      isFirst = false;
      return accepting(entries);
    };
    await run();
    expect(sizes(), [1, 1]);
    expect(store.pendingCount, 0);
  });

  test('a run that finds nothing new writes nothing', () async {
    await run();
    final before = journal().lengthSync();
    await run();
    expect(journal().lengthSync(), before);
  });

  test('after a restore of a server with many entries all are offered, also if the first run is interrupted', () async {
    const count = 450;
    await store.change(
      () => store.takePage(page([for (var i = 0; i < count; i++) serverEntry('s$i', weighing(70), 1)])),
    );
    await store.change(() => store.offerEverything('e2'));
    expect(store.outbox.length, lessThan(count));
    await account.close();
    await account.open(user);
    store = account.storeOf(user)!;
    epoch = 'e2';
    await run();
    expect(sizes().reduce((a, b) => a + b), count);
    expect((store.isOffering, store.pendingCount), (false, 0));
  });

  test('a compaction that fails is logged, and the run is complete', () async {
    await put('a');
    await account.close();
    final last = journal().readAsStringSync().trim().split('\n').last;
    journal().writeAsStringSync('$last\n' * 2100, mode: FileMode.append);
    // The new journal cannot be written, as on a full disk.
    Directory('${journal().path}.new').createSync();
    await account.open(user);
    store = account.storeOf(user)!;
    await run();
    expect((store.pendingCount, task.lastSync == null), (0, false));
    expect(log.single, contains('not tidied'));
  });

  test('deletions are kept for 90 days', () async {
    DateTime daysLater(int days) => at(9).add(Duration(days: days));
    await store.change(
      () => store.takePage(page([serverEntry('s1', weighing(70), 1), serverEntry('s2', weighing(71), 2)])),
    );
    await store.change(() => store.takePage(page([serverEntry('s1', EntryVersion.deleted(editedAt: at(8)), 9)])));
    await withClock(Clock.fixed(daysLater(89)), run);
    expect(store.records['s1'], isNotNull);
    await withClock(Clock.fixed(daysLater(91)), run);
    expect((store.records['s1'], store.records['s2'] == null), (null, false));
  });
}
