import 'dart:math';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/features/health_tracking/data/local/outbox.dart';
import 'package:weight_sync/features/health_tracking/data/local/page_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/upload_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_store.dart';
import 'package:weight_sync/features/health_tracking/data/services/upload_result.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../../support/folder.dart';
import '../../../support/server_entries.dart';

void main() {
  test('the list that is kept up to date is the one that opening builds, after any history', () async {
    final random = Random(20261128);
    final folder = temporary();
    var store = await WeightStore.open(folder);
    String key() => 's${random.nextInt(40)}';
    EntryVersion version(int edited) => random.nextInt(4) == 0
        ? EntryVersion.deleted(editedAt: at(edited))
        : weighing(60 + random.nextInt(40) / 2, day: 1 + random.nextInt(20), edited: edited);

    for (var step = 1; step <= 400; step++) {
      await store.change(() {
        switch (random.nextInt(6)) {
          case 0:
            final seen = {for (var i = 0; i < 5; i++) key()};
            store.takePage(page([for (final id in seen) serverEntry(id, version(step), step)], since: 'c$step'));
          case 1:
            store.put('own${random.nextInt(10)}', version(step));
          case 2:
            store.pullAll();
          case 3 when step.isEven:
            store.offerEverything('e$step');
          case _:
            final lines = store.takeForUpload(7);
            store.takeUpload(lines, [
              for (final line in lines)
                switch (random.nextInt(4)) {
                  0 => const Gone(),
                  1 => const Rejected([FieldProblem('timestamp', 'out_of_range')]),
                  2 => Overruled(serverEntry('s-${line.key}', version(step), step), ConflictReason.newerOnServer),
                  _ => Accepted(serverId: 's-${line.key}', updatedAt: at(step)),
                },
            ]);
        }
      });
      if (random.nextInt(5) == 0) store.listEntries();
    }

    final kept = store.listEntries();
    final (pending, refused, conflicts) = (store.pendingCount, store.lines.refusedCount, store.listConflicts().length);
    await store.close();
    store = await WeightStore.open(folder);
    expect(kept, isNotEmpty);
    expect(store.listEntries(), kept);
    expect((store.pendingCount, store.lines.refusedCount, store.listConflicts().length), (pending, refused, conflicts));
    expect([
      for (final line in store.lines.lines) line.number,
    ], orderedEquals([...store.outbox.rows.map((l) => l.number)]..sort()));
    await store.close();
  });

  test('the list stays the same object while no entry changes', () async {
    final store = await WeightStore.open(temporary());
    await store.change(() => store.takePage(page([serverEntry('s1', weighing(70), 1)])));
    final before = store.listEntries();
    await store.change(() => store.takePage(page([serverEntry('s1', weighing(70), 1)], since: 'd')));
    expect(store.listEntries(), same(before));
  });

  test('an edit that could not be stored leaves the list as it was', () async {
    final store = await WeightStore.open(temporary());
    await store.change(() => store.put('a', weighing(70)));
    final failed = store.change(() {
      store.put('a', weighing(71, edited: 1));
      throw StateError('no');
    });
    await expectLater(failed, throwsStateError);
    expect(store.listEntries().single.weight.value, 70);
    expect(store.linesOf('a').single.version.weight!.value, 70);
  });
}
