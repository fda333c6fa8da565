import 'dart:convert';
import 'dart:io';

import 'package:collection/collection.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/features/health_tracking/data/local/outbox.dart';
import 'package:weight_sync/features/health_tracking/data/local/page_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_account.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_store.dart';
import 'package:weight_sync/features/health_tracking/data/repositories/offline_first_weight_repository.dart';
import 'package:weight_sync/features/health_tracking/data/services/server_entry.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../../support/folder.dart';
import '../../../support/server_entries.dart';

void main() {
  const anna = WeightSyncUser(id: 'u1', email: 'anna@example.org');
  const bert = WeightSyncUser(id: 'u2', email: 'bert@example.org');
  late String folder;
  late OfflineFirstWeightRepository weights;
  late WeightAccount account;

  setUp(() async {
    folder = temporary();
    weights = OfflineFirstWeightRepository(limits: Observed(const ServerLimits()));
    account = WeightAccount(folder, Uri.parse('https://example.org'), weights);
    await account.open(anna);
  });

  WeightStore store() => account.storeOf(null)!;

  Measurement measured(double kilograms, int day) =>
      (weight: Weight(kilograms, WeightUnit.kg), timestamp: DateTime.utc(2026, 2, day));

  List<double> shown() => [for (final entry in weights.entries.value) entry.weight.value];

  int lines() => Directory(folder)
      .listSync(recursive: true)
      .whereType<File>()
      .singleWhere((file) => file.path.endsWith('weights.journal'))
      .readAsLinesSync()
      .length;

  /// Two own entries and one of another device.
  Future<void> fill() async {
    await weights.addAll([measured(70, 1), measured(71, 2)]);
    await store().change(
      () =>
          store().takePage(page([serverEntry('s1', weighing(72, day: 3), 1, origin: (device: 'tablet', local: 'x'))])),
    );
  }

  group('adding many', () {
    test('takes one write and one notice', () async {
      final before = lines();
      final notices = <int>[];
      weights.entries.addListener(() => notices.add(weights.entries.value.length));
      await weights.addAll([for (var day = 1; day <= 20; day++) measured(70, day)]);
      expect((lines() - before, weights.pendingCount.value), (1, 20));
      expect(notices, [20]);
    });

    test('adds nothing if one is invalid', () async {
      final some = [measured(70, 1), measured(1001, 2)];
      await expectLater(() async => weights.addAll(some), throwsA(isA<InvalidEntry>()));
      expect(shown(), isEmpty);
    });

    // Long enough for several slices, in which other code has its turn.
    List<Measurement> thousands() => [
      for (var i = 0; i < 3000; i++)
        (weight: Weight(70, WeightUnit.kg), timestamp: DateTime.utc(2025).add(Duration(minutes: i))),
    ];

    test('keeps thousands together, and an edit made meanwhile waits for them', () async {
      final many = weights.addAll(thousands());
      final one = weights.add(weight: Weight(71, WeightUnit.kg), timestamp: DateTime.utc(2026));
      await Future.wait([many, one]);
      expect(weights.pendingCount.value, 3001);
      expect(shown().where((kilograms) => kilograms == 71), [71]);
      final entries = weights.entries.value;
      expect(entries.map((entry) => entry.key).toSet(), hasLength(3001));
      expect(entries, orderedEquals(entries.sortedBy((entry) => entry.timestamp).reversed));
      await account.open(null);
      await account.open(anna);
      expect(weights.entries.value, hasLength(3001));
    });

    test('takes thousands back if the last one is invalid', () async {
      await expectLater(() async => weights.addAll([...thousands(), measured(1001, 1)]), throwsA(isA<InvalidEntry>()));
      expect(shown(), isEmpty);
      expect(weights.pendingCount.value, 0);
      await weights.add(weight: Weight(71, WeightUnit.kg), timestamp: DateTime.utc(2026));
      expect(shown(), [71]);
    });
  });

  group('importing one\'s own export', () {
    test('doubles nothing, also after edits', () async {
      await fill();
      final export = await weights.exportJson();
      for (final entry in weights.entries.value) {
        await weights.edit(entry.key, weight: Weight(entry.weight.value + 10, WeightUnit.kg));
      }
      expect(await weights.importJson(export), (added: 0, known: 3, refused: 0));
      expect(shown(), [82, 81, 80]);
    });

    test('brings deleted entries back', () async {
      await fill();
      final export = await weights.exportJson();
      for (final entry in weights.entries.value) {
        await weights.delete(entry.key);
      }
      expect(await weights.importJson(export), (added: 3, known: 0, refused: 0));
      expect(shown(), [72, 71, 70]);
      expect(store().linesOf('s1').single.version.isDeleted, isFalse);
    });

    test('into another account adds everything once, also if it was edited there', () async {
      await fill();
      final export = await weights.exportJson();
      await account.open(bert);
      expect(await weights.importJson(export), (added: 3, known: 0, refused: 0));
      await weights.edit(weights.entries.value.first.key, weight: Weight(79, WeightUnit.kg));
      expect(await weights.importJson(export), (added: 0, known: 3, refused: 0));
      expect(shown(), [79, 71, 70]);
    });

    test('finds an entry with the same time and weight', () async {
      await fill();
      final export = await weights.exportJson();
      await account.open(bert);
      await weights.addAll([measured(71, 2)]);
      expect(await weights.importJson(export), (added: 2, known: 1, refused: 0));
    });
  });

  group('on another phone of the account', () {
    /// A phone that has signed in as Anna, and has pulled [entries].
    Future<(OfflineFirstWeightRepository, WeightStore)> otherPhone([List<ServerEntry> entries = const []]) async {
      final weights = OfflineFirstWeightRepository(limits: Observed(const ServerLimits()));
      final account = WeightAccount(temporary(), Uri.parse('https://example.org'), weights);
      addTearDown(account.close);
      await account.open(anna);
      final store = account.storeOf(null)!;
      await store.change(() => store.takePage(page(entries)));
      return (weights, store);
    }

    test('an entry is known that was exported before it had a server\'s id, and was edited since', () async {
      await account.open(null);
      await weights.addAll([measured(74.5, 1)]);
      final export = await weights.exportJson();
      final origin = (device: store().device, local: weights.entries.value.single.key);
      final (other, _) = await otherPhone([serverEntry('s1', weighing(74.6), 1, origin: origin)]);
      expect(await other.importJson(export), (added: 0, known: 1, refused: 0));
    });

    test('an entry is known that waits under the identity of another store', () async {
      await weights.addAll([measured(70, 1)]);
      final export = await weights.exportJson();
      final waiting = weights.entries.value.single;
      final origin = (device: store().device, local: waiting.key);
      final (other, adopting) = await otherPhone();
      await adopting.change(() => adopting.putAs(origin, 'other', weighing(71)));
      expect(await other.importJson(export), (added: 0, known: 1, refused: 0));
    });

    test('a file imported on both is sent as the same entries, and known where they have arrived', () async {
      await account.open(bert);
      await weights.addAll([measured(70, 1), measured(71, 2)]);
      final export = await weights.exportJson();
      final keys = [for (final entry in weights.entries.value) entry.key];
      await account.open(anna);
      final (other, elsewhere) = await otherPhone();
      expect(await weights.importJson(export), (added: 2, known: 0, refused: 0));
      expect(await other.importJson(export), (added: 2, known: 0, refused: 0));
      final sent = await store().change(() => store().takeForUpload(10));
      final sentElsewhere = await elsewhere.change(() => elsewhere.takeForUpload(10));
      expect({for (final line in sent) line.revivedAs}, {for (final line in sentElsewhere) line.revivedAs});
      expect(
        {for (final line in sent) line.revivedAs},
        {for (final key in keys) (device: 'import', local: key)},
        reason: 'as docs/PROTOCOL.md says, so that other importers send the same',
      );

      final (third, _) = await otherPhone([
        for (final (index, line) in sent.indexed)
          serverEntry('s$index', weighing(80, day: index + 1), index, origin: line.revivedAs),
      ]);
      expect(await third.importJson(export), (added: 0, known: 2, refused: 0));
    });
  });

  test('the server\'s export is understood, and what cannot be imported is counted', () async {
    await fill();
    Map<String, Object?> entry(
      String id, {
      Object value = 70,
      String unit = 'kg',
      String time = '2026-01-01T07:00:00Z',
    }) => {
      'local_id': id,
      'weight_value': value,
      'unit': unit,
      'timestamp': time,
      'edited_at': time,
      'created_at': time,
      'updated_at': time,
    };
    final own = weights.entries.value.last.key;
    final export = jsonEncode({
      'format': 'weight-sync-export',
      'version': 1,
      'exported_at': '2026-03-01T00:00:00Z',
      'user': {'id': 'u1', 'email': null},
      'entries': [
        entry('s1', value: 60),
        entry('s2', value: 61)..['origin'] = {'device_id': store().device, 'local_id': own},
        entry('s3', value: 62.5, unit: 'lb'),
        entry('s4')..['deleted'] = true,
        entry('s5', value: 5000),
        entry('s6', unit: 'oz'),
        entry('s7', time: 'noon'),
        'nonsense',
      ],
    });
    expect(await weights.importJson(export), (added: 1, known: 2, refused: 4));
    expect(weights.entries.value.last.weight, Weight(62.5, WeightUnit.lb));
  });

  test('an id that the server would not take is replaced by one that it takes', () async {
    final ids = ['', 'a b', 'x' * 65, 'ä', '\u0000', 'x' * 64, 'A-z_0.9:'];
    final export = jsonEncode({
      'format': 'weight-sync-export',
      'version': 1,
      'entries': [
        for (final (index, id) in ids.indexed)
          {'local_id': id, 'weight_value': 70 + index, 'unit': 'kg', 'timestamp': '2026-01-01T07:00:00Z'},
      ],
    });
    expect((await weights.importJson(export)).added, ids.length);
    final sent = await store().change(() => store().takeForUpload(10));
    expect(sent.map((line) => line.revivedAs!.local), everyElement(matches(RegExp(r'^[A-Za-z0-9._:-]{1,64}$'))));
    expect(sent.map((line) => line.key), containsAll(ids.skip(5)));
    expect((await weights.importJson(export)).known, ids.length);
  });

  test('a text that is not an export is refused', () async {
    for (final text in [
      '',
      '[]',
      '{"format": "other", "version": 1, "entries": []}',
      '{"format": "weight-sync-export"}',
    ]) {
      await expectLater(weights.importJson(text), throwsFormatException, reason: text);
    }
  });
}
