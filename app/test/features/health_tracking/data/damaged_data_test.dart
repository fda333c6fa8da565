import 'dart:convert';
import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:path/path.dart' as path;
import 'package:weight_sync/core/storage/journal.dart';
import 'package:weight_sync/features/health_tracking/data/local/outbox.dart';
import 'package:weight_sync/features/health_tracking/data/local/page_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_account.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_store.dart';
import 'package:weight_sync/features/health_tracking/data/repositories/offline_first_weight_repository.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../../support/folder.dart';
import '../../../support/server_entries.dart';

void main() {
  const anna = WeightSyncUser(id: 'u1', email: 'anna@example.org');
  late String folder;
  late OfflineFirstWeightRepository repository;
  late WeightAccount account;

  setUp(() async {
    folder = temporary();
    repository = OfflineFirstWeightRepository(limits: Observed(const ServerLimits()));
    account = WeightAccount(folder, Uri.parse('https://example.org'), repository);
    await account.open(anna);
  });

  WeightStore store() => account.storeOf(anna)!;

  File journal() => Directory(
    folder,
  ).listSync(recursive: true).whereType<File>().firstWhere((file) => file.path.endsWith('weights.journal'));

  List<double> shown() => [for (final entry in repository.entries.value) entry.weight.value];

  Future<void> add(double kilograms, int day) =>
      repository.add(weight: Weight(kilograms, WeightUnit.kg), timestamp: DateTime.utc(2026, 2, day));

  group('a damaged byte in the middle of the journal', () {
    setUp(() async {
      await add(70, 1);
      await store().change(() => store().takePage(page([serverEntry('s1', weighing(80, day: 2), 1)])));
      await add(71, 3);
      await account.close();
      final lines = journal().readAsBytesSync();
      // In the line of the page.
      final text = latin1.decode(lines);
      journal().writeAsBytesSync(lines..[text.indexOf('"s1"') + 1] ^= 1);
      await account.open(anna);
    });

    test('costs only its line, and the server\'s entries are fetched again', () async {
      expect(shown(), [71, 70]);
      expect((store().cursor, repository.pendingCount.value), (null, 2));
    });

    test('is reported with a copy until the user acknowledges it', () async {
      final copy = repository.damagedCopy.value!;
      expect(File(path.join(journal().parent.path, copy)).readAsStringSync(), contains('"outbox"'));
      await account.close();
      expect(repository.damagedCopy.value, isNull);
      await account.open(anna);
      expect(repository.damagedCopy.value, copy);
      await repository.acknowledgeDamage();
      expect(repository.damagedCopy.value, isNull);
      await account.close();
      await account.open(anna);
      expect(repository.damagedCopy.value, isNull);
    });
  });

  test('a device whose name was in the damaged line keeps it, so that resends are recognised', () async {
    await add(70, 1);
    final device = store().device;
    final made = store().outbox.rows.single.key;
    final theirs = serverEntry('s2', weighing(80, day: 2), 1, origin: (device: 'phone', local: 'x1'));
    final mine = serverEntry('s1', weighing(70), 2, origin: (device: device, local: made));
    await store().change(() => store().takePage(page([theirs, mine])));
    await account.close();
    final lines = journal().readAsBytesSync();
    expect(latin1.decode(lines).split('\n').first, contains(device));
    journal().writeAsBytesSync(lines..[12] ^= 1);

    await account.open(anna);

    expect(store().device, device);
  });

  group('after a downgrade of the app', () {
    setUp(() async {
      await store().change(() => store().takePage(page([serverEntry('s1', weighing(80), 1)])));
      await add(70, 2);
      await account.close();
      final later = await Journal.open(journal().path, (_) {});
      await later.append('{"records":{"s2":{"w":1,"u":"oz","t":0,"e":0,"i":"s2","s":0}}}');
      await later.append('{"outbox":{"7":{"k":"s1","change":"in another form"}}}');
      await later.append('{"moods":{"today":"good"}}');
      await later.close();
      await account.open(anna);
    });

    test('the later version\'s data is counted and not taken for deletions, and the rest is there', () async {
      expect(shown(), [70, 80]);
      expect((store().unreadCount, repository.pendingCount.value, account.unsentCount), (2, 2, 2));
      final sent = await store().change(() => store().takeForUpload(100));
      expect(sent.single.version.weight!.value, 70);
    });

    test('new edits come after the later version\'s, which are kept', () async {
      await repository.edit('s1', weight: Weight(81, WeightUnit.kg));
      expect(store().linesOf('s1').single.number, 8);
      await account.close();
      expect(journal().readAsStringSync(), allOf(contains('"oz"'), contains('another form'), contains('moods')));
    });
  });

  test('an interrupted erasure is finished at the next start and shows no data', () async {
    await add(70, 1);
    await account.close();
    final left = journal().parent.renameSync('${journal().parent.path}.1.erased');
    await account.open(anna);
    expect(shown(), isEmpty);
    await account.close();
    expect(left.existsSync(), isTrue);
    await account.sweep();
    expect(left.existsSync(), isFalse);
  });
}
