import 'dart:io';

import 'package:flutter_test/flutter_test.dart';

import 'support/household.dart';
import 'support/instance.dart';

void main() {
  test('a first sync of 50,000 entries is complete; its time and memory are printed', () async {
    const count = 50000;
    final instance = await Instance.start(settings: {'WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE': '100000'});
    addTearDown(instance.remove);
    final (account, phone, tablet) = await household(instance);
    // Entries as an earlier device would have uploaded them, sent directly to the server.
    final token = await account.token();
    for (var first = 0; first < count; first += 100) {
      final (status, answer) = await account.send(
        'POST',
        '/api/health-metrics/weight/sync',
        token: token,
        body: {
          'device_id': 'earlier',
          'entries': [
            for (var i = first; i < first + 100; i++)
              {
                'local_id': 'e$i',
                'weight_value': 70 + (i % 300) / 10,
                'unit': 'kg',
                'timestamp': DateTime.utc(2010, 1, 1, 7).add(Duration(hours: 2 * i)).toIso8601String(),
              },
          ],
        },
      );
      expect(status, 200);
      expect(answer['errors'], isEmpty);
    }

    final before = ProcessInfo.currentRss;
    final watch = Stopwatch()..start();
    await tablet.syncFully();
    final first = watch.elapsedMilliseconds;
    final after = ProcessInfo.currentRss;
    watch.reset();
    await tablet.syncFully();
    final empty = watch.elapsedMilliseconds;
    watch.reset();
    await tablet.relaunch();
    final launch = watch.elapsedMilliseconds;
    final file = tablet.folder
        .listSync(recursive: true)
        .whereType<File>()
        .firstWhere((f) => f.path.contains('accounts'));

    stdout.writeln(
      'first sync of $count entries: $first ms, ${(after - before) ~/ 1048576} MB more memory; '
      'empty sync: $empty ms; launch: $launch ms; on disk: ${file.lengthSync() ~/ 1024} KB',
    );
    expect(tablet.entries, hasLength(count));
    expect(await account.expectSame([tablet]), count);
  }, timeout: const Timeout(Duration(minutes: 30)));
}
