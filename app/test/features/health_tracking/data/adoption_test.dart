import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:path/path.dart' as path;
import 'package:weight_sync/features/health_tracking/data/local/outbox.dart';
import 'package:weight_sync/features/health_tracking/data/local/page_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_account.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_store.dart';
import 'package:weight_sync/features/health_tracking/data/repositories/offline_first_weight_repository.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../../support/folder.dart';
import '../../../support/server_entries.dart';

/// Weights that were recorded without an account, and the accounts that they are added to.
void main() {
  const anna = WeightSyncUser(id: 'u1', email: 'anna@example.org');
  const bert = WeightSyncUser(id: 'u2', email: 'bert@example.org');
  late String folder;
  late OfflineFirstWeightRepository weights;
  late WeightAccount account;

  void build(String at) {
    folder = at;
    weights = OfflineFirstWeightRepository(limits: Observed(const ServerLimits()));
    account = WeightAccount(folder, Uri.parse('https://example.org'), weights);
  }

  setUp(() async {
    build(temporary());
    await account.open(null);
  });

  tearDown(() => account.close());

  WeightStore store() => account.storeOf(null)!;

  Future<WeightEntry> add(double kilograms, {int day = 1}) =>
      weights.add(weight: Weight(kilograms, WeightUnit.kg), timestamp: DateTime.utc(2026, 2, day));

  Future<void> addMany(int count) => weights.addAll([
    for (var i = 0; i < count; i++)
      (weight: Weight(70, WeightUnit.kg), timestamp: DateTime.utc(2020).add(Duration(hours: i))),
  ]);

  /// The first pull, which finds [kilograms] in the account. Returns whether something was added unasked.
  Future<bool> pull([List<double> kilograms = const []]) async {
    await store().change(
      () => store().takePage(
        page([for (final (i, weight) in kilograms.indexed) serverEntry('s$i', weighing(weight, day: 20), i)]),
      ),
    );
    return weights.adoptUnasked();
  }

  List<double> shown() => [for (final entry in weights.entries.value) entry.weight.value];

  Future<void> restart(WeightSyncUser? user) async {
    await account.close();
    build(folder);
    await account.open(user);
  }

  test('without an account weights are kept, none waits to be sent, and a restart shows them', () async {
    final first = await add(70);
    await add(71, day: 2);
    await weights.delete(first.key);
    await restart(null);
    expect(shown(), [71]);
    expect(weights.entries.value.single.mark, EntryMark.synced);
  });

  test('an empty account gets them without a question, under their own identities', () async {
    final added = await add(70);
    final device = store().device;
    await account.open(anna);
    expect(shown(), isEmpty);
    expect(await weights.adoptUnasked(), isFalse, reason: 'the account may have entries');
    expect(weights.adoption.value, const AdoptionOffer(count: 1, needsAnswer: false, waitsForAccount: true));
    expect(await pull(), isTrue);
    expect((shown().single, weights.adoption.value), (70, null));
    final line = store().takeForUpload(10).single;
    expect(
      (line.key, line.revivedAs, line.version.editedAt),
      (added.key, (device: device, local: added.key), added.editedAt),
    );
    expect(Directory(path.join(folder, 'local')).existsSync(), isFalse);
  });

  test('an account with entries gets them when the user agrees, without those that it has', () async {
    await add(70);
    await add(75, day: 20);
    await account.open(anna);
    expect(await pull([75]), isFalse);
    const lacking = AdoptionOffer(count: 1, needsAnswer: true);
    expect(weights.adoption.value, lacking);
    await restart(anna);
    expect(weights.adoption.value, lacking, reason: 'also before the next pull');
    await weights.adopt();
    expect(shown(), [75, 70]);
    expect((weights.pendingCount.value, weights.adoption.value), (1, null));
    await restart(null);
    expect(shown(), isEmpty);
  });

  test('nobody is asked about weights that the account has, and those of this device are not kept twice', () async {
    await add(75, day: 20);
    await account.open(anna);
    expect(await pull([75, 76]), isFalse, reason: 'nothing is to be sent');
    expect(shown(), [75, 76]);
    expect((weights.pendingCount.value, weights.adoption.value), (0, null));
    expect(Directory(path.join(folder, 'local')).existsSync(), isFalse);
  });

  test('what another user kept stays theirs, although the account has the same', () async {
    await account.open(anna);
    await pull([75]);
    await account.keep(anna);
    await account.open(bert);
    expect(await pull([75]), isFalse);
    expect(weights.adoption.value, isNull);
    await account.open(null);
    expect(shown(), [75]);
    await account.open(anna);
    expect(shown(), [75]);
  });

  test('what is kept apart is not asked about again, can still be added, and is shown without an account', () async {
    await add(70);
    await account.open(anna);
    await pull([75]);
    await weights.keepApart();
    const apart = AdoptionOffer(count: 1, needsAnswer: false);
    expect(weights.adoption.value, apart);
    await restart(anna);
    expect((shown().single, weights.adoption.value), (75, apart));
    await account.open(null);
    expect(shown(), [70]);
    await add(71, day: 2);
    await account.open(anna);
    expect(weights.adoption.value, const AdoptionOffer(count: 2, needsAnswer: true));
    await weights.keepApart();
    await weights.adopt();
    expect(shown(), [75, 71, 70]);
  });

  test('an app that dies between two steps goes on at the next start, and nothing is doubled', () async {
    await addMany(600);
    await account.close();
    final before = Directory(path.join(folder, 'local')).listSync().whereType<File>().toList();
    final local = {for (final file in before) path.basename(file.path): file.readAsBytesSync()};
    build(folder);
    await account.open(anna);
    await store().change(() => store().takePage(page(const [])));
    final accounts = Directory(path.join(folder, 'accounts'));
    final journal = accounts.listSync(recursive: true).whereType<File>().single;
    final begun = journal.readAsLinesSync().length;
    await weights.adoptUnasked();
    final keys = {for (final entry in weights.entries.value) entry.key};
    expect(keys, hasLength(600));
    await account.close();
    final lines = journal.readAsLinesSync();
    expect(lines.length - begun, greaterThan(4));
    final relative = path.relative(journal.path, from: folder);

    for (var count = begun; count <= lines.length; count++) {
      build(temporary());
      final file = File(path.join(folder, relative))..createSync(recursive: true);
      file.writeAsStringSync('${lines.take(count).join('\n')}\n');
      Directory(path.join(folder, 'local')).createSync();
      local.forEach((name, bytes) => File(path.join(folder, 'local', name)).writeAsBytesSync(bytes));
      await account.open(anna);
      await weights.adoptUnasked();
      // After the last step the weights beside it could only be offered again, and the account has them all.
      if (weights.adoption.value != null) await weights.adopt();
      expect({for (final entry in weights.entries.value) entry.key}, keys, reason: '$count');
      expect(store().pendingCount, 600);
      expect(Directory(path.join(folder, 'local')).existsSync(), isFalse);
      await account.close();
    }
  });

  test(
    'an entry that the account got from this device before is not added again, though it was edited since',
    () async {
      final added = await add(70);
      final origin = (device: store().device, local: added.key);
      await account.open(anna);
      await store().change(() => store().takePage(page([serverEntry('s1', weighing(71), 5, origin: origin)])));
      await weights.adopt();
      expect((shown().single, weights.pendingCount.value), (71, 0));
    },
  );

  test('what a user keeps at sign-out is in use without an account, and theirs again at the next sign-in', () async {
    await account.open(anna);
    await pull([75, 76]);
    final [one, two] = weights.entries.value;
    await account.keep(anna);
    expect(shown(), unorderedEquals([75, 76]));
    await weights.edit(one.key, weight: Weight(77, WeightUnit.kg));
    await weights.delete(two.key);
    await restart(null);
    expect(shown(), [77]);
    await account.open(anna);
    expect((shown().single, weights.adoption.value, weights.pendingCount.value), (77, null, 2));
    expect(
      [for (final line in store().takeForUpload(9)) (line.key, line.base)],
      unorderedEquals([(one.key, at(int.parse(one.key.substring(1)))), (two.key, at(int.parse(two.key.substring(1))))]),
    );
  });

  test('what a user keeps never goes to another account without a question, and is erased with the account', () async {
    await account.open(anna);
    await pull([75]);
    await account.keep(anna);
    await account.open(bert);
    expect(await pull(), isFalse);
    expect(weights.adoption.value, const AdoptionOffer(count: 1, needsAnswer: true));
    expect(shown(), isEmpty);
    await account.open(null);
    await account.erase(anna);
    expect(shown(), isEmpty);
    await account.open(bert);
    expect(weights.adoption.value, isNull);
  });

  test('another account that is given what a user kept takes it over', () async {
    await account.open(anna);
    await pull([75]);
    await add(70);
    await account.keep(anna);
    await account.open(bert);
    await pull();
    await weights.adopt();
    expect(shown(), [75, 70]);
    expect(weights.pendingCount.value, 2);
    await account.keep(bert);
    expect(shown(), [75, 70]);
    await account.erase(bert);
    expect(shown(), isEmpty);
  });

  test('a user who keeps other weights apart finds the kept ones at the next sign-in', () async {
    await add(70);
    await account.open(anna);
    await pull([75]);
    await weights.keepApart();
    await account.keep(anna);
    expect(shown(), [70]);
    await account.open(anna);
    expect(shown(), [75]);
  });
}
