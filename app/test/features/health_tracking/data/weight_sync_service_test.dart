import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/api/api_client.dart';
import 'package:weight_sync/core/api/api_failure.dart';
import 'package:weight_sync/core/api/server_clock.dart';
import 'package:weight_sync/core/auth/authorized_client.dart';
import 'package:weight_sync/features/health_tracking/data/local/outbox_line.dart';
import 'package:weight_sync/features/health_tracking/data/services/upload_answer.dart';
import 'package:weight_sync/features/health_tracking/data/services/upload_result.dart';
import 'package:weight_sync/features/health_tracking/data/services/weight_sync_service.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../../support/fake_account_data.dart';
import '../../../support/memory_token_storage.dart';
import '../../../support/scripted_answer.dart';
import '../../../support/scripted_server.dart';
import '../../../support/server_entries.dart';
import '../../../support/tokens.dart';

void main() {
  late ScriptedServer server;
  late WeightSyncService service;

  const entry = {
    'id': 's1',
    'weight_value': 75.5,
    'unit': 'kg',
    'timestamp': '2026-01-06T20:30:00Z',
    'created_at': '2026-01-06T20:30:00Z',
    'updated_at': '2026-01-06T20:30:05.120034Z',
    'edited_at': '2026-01-06T20:30:02Z',
    'deleted_at': null,
    'local_id': 'l1',
    'device_id': 'd1',
  };

  setUp(() async {
    server = await ScriptedServer.start();
    server.answer = (_) => ScriptedAnswer(200, tokens());
    final api = ApiClient(server.url, serverClock: ServerClock());
    final authentication = AuthenticationService(api, MemoryTokenStorage(), FakeAccountData());
    await authentication.signIn(email: 'a', password: 'b');
    service = WeightSyncService(AuthorizedClient(api, authentication, authentication.state.value.user!));
  });

  Future<UploadAnswer> upload(List<OutboxLine> lines) =>
      service.upload(lines, device: 'd1', serverIdOf: (line) => line.key == 'a' ? 's1' : null);

  OutboxLine line(int number, String key, EntryVersion version, {DateTime? base}) =>
      OutboxLine(number: number, key: key, version: version, base: base);

  test('an upload has the JSON of the protocol', () async {
    server.answer = (_) => const ScriptedAnswer(200, {
      'synced': [
        {'index': 0, 'server_id': 's1', 'status': 'updated', 'updated_at': '2026-03-01T00:00:09Z'},
        {'index': 1, 'server_id': null, 'status': 'unchanged', 'updated_at': null},
      ],
      'conflicts': <Object?>[],
      'errors': <Object?>[],
    });
    await upload([
      line(1, 'a', weighing(75.53, edited: 4), base: at(1)),
      line(2, 'b', EntryVersion.deleted(editedAt: at(5))),
    ]);
    expect(server.asked.last.body, {
      'device_id': 'd1',
      'conflict_strategy': 'last_write_wins',
      'entries': [
        {
          'local_id': 'a',
          'server_id': 's1',
          'weight_value': 75.53,
          'unit': 'kg',
          'timestamp': '2026-02-01T00:00:00.000Z',
          'edited_at': '2026-03-01T00:00:04.000Z',
          'base_updated_at': '2026-03-01T00:00:01.000Z',
        },
        {'local_id': 'b', 'deleted': true, 'edited_at': '2026-03-01T00:00:05.000Z'},
      ],
    });
  });

  test('the answer to an upload is parsed into one result per edit', () async {
    server.answer = (_) => const ScriptedAnswer(200, {
      'synced': [
        {'index': 0, 'server_id': 's1', 'status': 'updated', 'updated_at': '2026-03-01T00:00:09Z'},
      ],
      'conflicts': [
        {'index': 1, 'resolution': 'server_wins', 'reason': 'newer_on_server', 'server_entry': entry},
        {'index': 0, 'resolution': 'local_wins', 'reason': 'concurrent_edit', 'server_entry': entry},
        {'index': 2, 'resolution': 'server_wins', 'reason': 'gone', 'server_entry': null},
      ],
      'errors': [
        {
          'index': 3,
          'code': 'validation_failed',
          'errors': [
            {'field': 'timestamp', 'code': 'out_of_range', 'message': 'x'},
          ],
        },
        {'index': 4, 'code': 'some_later_code'},
      ],
      'sync': {'epoch': 'e7'},
    });
    final (:results, :epoch) = await upload([for (var i = 0; i < 5; i++) line(i, '$i', weighing(70))]);
    expect(epoch, 'e7');
    final accepted = results[0] as Accepted;
    expect((accepted.serverId, accepted.updatedAt, accepted.reason), ('s1', at(9), ConflictReason.concurrentEdit));
    final overwritten = accepted.overwritten!;
    expect(overwritten.version.weight, const Weight.hundredths(7550, WeightUnit.kg));
    expect(overwritten.updatedAt, DateTime.utc(2026, 1, 6, 20, 30, 5, 120, 34));
    expect(overwritten.origin, (device: 'd1', local: 'l1'));
    expect((results[1] as Overruled).reason, ConflictReason.newerOnServer);
    expect(results[2], isA<Gone>());
    expect((results[3] as Rejected).problems, [const FieldProblem('timestamp', 'out_of_range')]);
    expect((results[4] as Rejected).problems, [const FieldProblem('', 'some_later_code')]);
  });

  test('a download sends the cursor unchanged, with the epoch', () async {
    final deleted = {...entry}..['deleted_at'] = '2026-01-07T00:00:00Z';
    server.answer = (_) => ScriptedAnswer(200, {
      'data': [entry, deleted],
      'sync': const {'next_since': 'snapshot:1:2', 'has_more': true, 'epoch': 'e1'},
    });
    final page = await service.changes(since: null, epoch: 'e0', limit: 250);
    expect(server.asked.last.query, {'limit': '250'});
    expect((page.nextSince, page.hasMore, page.epoch, page.entries.length), ('snapshot:1:2', true, 'e1', 2));
    expect(page.entries[1].version.isDeleted, isTrue);
    await service.changes(since: page.nextSince, epoch: page.epoch, limit: 9);
    expect(server.asked.last.query, {'since': 'snapshot:1:2', 'epoch': 'e1', 'limit': '9'});
  });

  test('an unreadable answer is a refusal', () async {
    for (final body in [
      <String, Object?>{},
      {'synced': 1, 'conflicts': 2, 'errors': 3, 'data': 4},
      {
        'synced': <Object?>[],
        'conflicts': <Object?>[],
        'errors': <Object?>[],
        'data': [
          {...entry, 'unit': 'stone age'},
        ],
        'sync': {'next_since': 'x', 'has_more': false, 'epoch': null},
      },
    ]) {
      server.answer = (_) => ScriptedAnswer(200, body);
      final fails = throwsA(isA<Refused>().having((refused) => refused.code, 'code', 'unreadable_answer'));
      await expectLater(upload([line(1, 'a', weighing(70))]), fails);
      await expectLater(service.changes(since: null, epoch: null, limit: 9), fails);
    }
  });
}
