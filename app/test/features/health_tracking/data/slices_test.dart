import 'dart:async';
import 'dart:math';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/state/slices.dart';
import 'package:weight_sync/core/storage/journal.dart';
import 'package:weight_sync/core/storage/table.dart';
import 'package:weight_sync/features/health_tracking/data/local/entry_list.dart';
import 'package:weight_sync/features/health_tracking/data/local/outbox_index.dart';
import 'package:weight_sync/features/health_tracking/data/local/page_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/record.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_account.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_store.dart';
import 'package:weight_sync/features/health_tracking/data/repositories/offline_first_weight_repository.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../../support/folder.dart';
import '../../../support/server_entries.dart';

/// Work on many entries lets the event loop turn in between, so that frames are drawn. Slices of no length make that
/// independent of the time that the work takes.
void main() {
  const count = 1000;
  const user = WeightSyncUser(id: 'u1', email: 'anna@example.org');
  late OfflineFirstWeightRepository weights;
  late WeightAccount account;

  setUp(() async {
    final length = Slices.length;
    Slices.length = Duration.zero;
    addTearDown(() => Slices.length = length);
    weights = OfflineFirstWeightRepository(limits: Observed(const ServerLimits()));
    account = WeightAccount(temporary(), Uri.parse('https://example.org'), weights);
    await account.open(null);
  });

  tearDown(() => account.close());

  WeightStore store() => account.storeOf(null)!;

  Future<void> addMany() => weights.addAll([
    for (var i = 0; i < count; i++)
      (weight: Weight(70, WeightUnit.kg), timestamp: DateTime.utc(2020).add(Duration(hours: i))),
  ]);

  /// The turns during [action], and the most by which [done] grew from one to the next.
  Future<({int turns, int most})> watch(Future<void> Function() action, {int Function()? done}) async {
    var (turns, most, before, isOver) = (0, 0, done?.call() ?? 0, false);
    void turn() {
      final now = done?.call() ?? 0;
      most = max(most, now - before);
      before = now;
      turns++;
      if (!isOver) Timer.run(turn);
    }

    Timer.run(turn);
    await action();
    isOver = true;
    await pumpEventQueue();
    return (turns: turns, most: most);
  }

  test('opening reads one line of the journal at a time', () async {
    final path = temporary('journal');
    final journal = await Journal.open(path, (_) {});
    await journal.replace([for (var i = 0; i < 20; i++) '$i']);
    await journal.close();
    var read = 0;
    final watched = await watch(() async => (await Journal.open(path, (_) => read++)).close(), done: () => read);
    expect((read, watched.most), (20, 1));
  });

  test('the list of entries is built from 250 at a time', () async {
    final records = Table<Record>('records', encode: (row) => row, decode: (_, json) => json! as Record);
    final list = EntryList(records, OutboxIndex(), hasAccount: true);
    records.onRow = (key, _, _) => list.touch(key);
    for (var i = 0; i < count; i++) {
      records['s$i'] = Record(serverId: 's$i', version: weighing(70), updatedAt: at(1), origin: null);
    }
    expect((await watch(list.load)).turns, greaterThanOrEqualTo(count ~/ 250));
    expect(list.entries, hasLength(count));
  });

  test('many are added one at a time', () async {
    expect((await watch(addMany, done: () => store().pendingCount)).most, 1);
  });

  test('many are adopted 250 at a time', () async {
    await addMany();
    await account.open(user);
    expect((await watch(weights.adopt, done: () => store().pendingCount)).most, 250);
    expect(weights.entries.value, hasLength(count));
  });

  test('an export writes one entry at a time; an import decodes, reads, compares and adds one at a time', () async {
    await addMany();
    late String export;
    final written = await watch(() async => export = await weights.exportJson());
    expect(written.turns, greaterThanOrEqualTo(count));
    final before = weights.entries.value;
    final read = await watch(() => weights.importJson(export));
    expect(read.turns, greaterThanOrEqualTo(3 * count + export.length ~/ (32 << 10)));
    expect(weights.entries.value, same(before));
  });

  test('what the server has acknowledged is counted one at a time', () async {
    await account.open(user);
    final entries = [for (var i = 0; i < count; i++) serverEntry('s$i', weighing(70), 1)];
    await store().change(() => store().takePage(page(entries)));
    expect((await watch(store().countLive)).turns, greaterThanOrEqualTo(count));
  });
}
