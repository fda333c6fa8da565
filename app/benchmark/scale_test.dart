import 'dart:convert';
import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/features/health_tracking/data/local/outbox.dart';
import 'package:weight_sync/features/health_tracking/data/local/page_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/upload_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_account.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_store.dart';
import 'package:weight_sync/features/health_tracking/data/repositories/offline_first_weight_repository.dart';
import 'package:weight_sync/features/health_tracking/data/services/changes_page.dart';
import 'package:weight_sync/features/health_tracking/data/services/upload_result.dart';
import 'package:weight_sync/weight_sync.dart';

import '../test/support/folder.dart';
import 'steps.dart';

typedef Steps = Future<void> Function(String name, Future<void> Function() action);

/// What a user with SCALE_ENTRIES weights (default 50,000) waits for. Prints figures and asserts none of them:
/// `app/tool/flutter.sh test . benchmark`.
void main() {
  const user = WeightSyncUser(id: 'u1', email: 'u1@example.org');
  const pageSize = 250;
  final total = int.parse(Platform.environment['SCALE_ENTRIES'] ?? '50000');
  final start = DateTime.utc(2000);

  String pageOf(int first, int total) => jsonEncode({
    'data': [
      for (var i = first; i < first + pageSize; i++)
        {
          'id': 's$i',
          'weight_value': 70 + i % 1000 / 100,
          'unit': 'kg',
          'timestamp': start.add(Duration(hours: i * 7919 % total)).toIso8601String(),
          'updated_at': start.add(Duration(minutes: i)).toIso8601String(),
          'edited_at': start.add(Duration(minutes: i)).toIso8601String(),
          'deleted_at': null,
          'local_id': 'l$i',
          'device_id': 'app-other',
        },
    ],
    'sync': {'next_since': 'c$first', 'has_more': first + pageSize < total, 'epoch': 'e1'},
  });

  Future<void> measure(int total, {required Steps print}) async {
    final folder = temporary();
    final repository = OfflineFirstWeightRepository(limits: Observed(const ServerLimits()));
    final account = WeightAccount(folder, Uri.parse('https://example.org'), repository);
    await account.open(null);
    await repository.addAll([
      for (var i = 0; i < total; i++) (weight: Weight(80, WeightUnit.kg), timestamp: start.add(Duration(seconds: i))),
    ]);
    await account.open(user);
    await print('adoption of as many from before the sign-in', repository.adopt);
    await account.erase(user);
    await account.open(user);
    final pages = [for (var first = 0; first < total; first += pageSize) pageOf(first, total)];
    WeightStore store() => account.storeOf(user)!;

    Future<void> add(int day) => repository.add(
      weight: Weight(70, WeightUnit.kg),
      timestamp: start.add(Duration(days: day)),
    );

    await print('merge of the first pull', () async {
      for (final text in pages) {
        final page = ChangesPage.fromJson(jsonDecode(text) as Map<String, Object?>);
        await store().change(() => store().takePage(page));
      }
    });
    expect(repository.entries.value, hasLength(total));

    await print('first add', () => add(1));
    await print('100 further adds', () async {
      for (var day = 0; day < 100; day++) {
        await add(day);
      }
    });
    await print('100 edits', () async {
      for (final entry in repository.entries.value.take(100).toList()) {
        await repository.edit(entry.key, weight: Weight(71, WeightUnit.kg), seen: entry);
      }
    });
    await print(
      '5,000 more at once',
      () => repository.addAll([
        for (var i = 0; i < 5000; i++) (weight: Weight(70, WeightUnit.kg), timestamp: start.add(Duration(minutes: i))),
      ]),
    );
    var export = '';
    await print('export', () async => export = await repository.exportJson());
    await print('import of that export, which adds nothing', () => repository.importJson(export));
    await account.close();
    await print('open', () => account.open(user));

    await print('offer everything after a restore', () async {
      await store().change(() => store().offerEverything('e2'));
      while (store().isOffering) {
        await store().change(store().offerMore);
      }
    });
    var batches = 0;
    await print('upload of the whole outbox', () async {
      while (true) {
        final lines = await store().change(() => store().takeForUpload(100));
        if (lines.isEmpty) break;
        batches++;
        final results = [
          for (final line in lines)
            Accepted(serverId: 's-${line.key}', updatedAt: start.add(const Duration(days: 9999))),
        ];
        await store().change(() => store().takeUpload(lines, results, epoch: 'e2'));
      }
    });
    stdout.writeln('  $total entries, $batches batches; resident set ${ProcessInfo.currentRss >> 20} MiB');
    await account.close();
  }

  test('$total entries', () async {
    // The compiler's work is not the app's: it is done before the app is installed.
    await measure(5000, print: (_, action) => action());
    await measure(total, print: printSteps);
  }, timeout: const Timeout(Duration(minutes: 10)));
}
