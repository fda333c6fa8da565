import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/features/health_tracking/data/local/outbox.dart';
import 'package:weight_sync/features/health_tracking/data/local/outbox_line.dart';
import 'package:weight_sync/features/health_tracking/data/local/page_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/upload_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_store.dart';
import 'package:weight_sync/features/health_tracking/data/services/upload_result.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../../support/folder.dart';
import '../../../support/server_entries.dart';

void main() {
  late WeightStore store;

  setUp(() async => store = await WeightStore.open(temporary()));

  Future<void> put(String key, EntryVersion version) => store.change(() => store.put(key, version));

  Future<List<OutboxLine>> take([int most = 100]) => store.change(() => store.takeForUpload(most));

  Future<void> answer(List<OutboxLine> lines, List<UploadResult> results) =>
      store.change(() => store.takeUpload(lines, results));

  Future<void> pull(String key, EntryVersion version, int stamp) => store.change(
    () => store.takePage(page([serverEntry('s-$key', version, stamp, origin: (device: store.device, local: key))])),
  );

  List<double?> waiting(String key) => [for (final line in store.linesOf(key)) line.version.weight?.value];

  test('a newer edit replaces one that was not sent, and keeps its base', () async {
    await pull('a', weighing(70), 1);
    await put('a', weighing(71, edited: 5));
    await put('a', weighing(72, edited: 6));
    expect(waiting('a'), [72]);
    expect(store.linesOf('a').single.base, at(1));
  });

  test('a sent edit does not change, a newer one waits behind it, and a third replaces the second', () async {
    await put('a', weighing(70));
    final first = await take();
    await put('a', weighing(71, edited: 5));
    await put('a', weighing(72, edited: 6));
    expect(waiting('a'), [70, 72]);
    final again = await take();
    expect(
      [for (final line in again) (line.number, line.version, line.base)],
      [for (final line in first) (line.number, line.version, line.base)],
    );
  });

  test('edits stay in their order when a change that removed or replaced some of them fails', () async {
    for (final key in ['a', 'b', 'c']) {
      await put(key, weighing(70));
    }
    final failed = store.change(() {
      final lines = store.takeForUpload(2);
      store.takeUpload(lines, [
        Accepted(serverId: 's1', updatedAt: at(9)),
        const Rejected([FieldProblem('timestamp', 'out_of_range')]),
      ]);
      throw StateError('no');
    });
    await expectLater(failed, throwsStateError);
    await put('d', weighing(70));
    expect([for (final line in await take()) line.key], ['a', 'b', 'c', 'd']);
  });

  test('a waiting edit gets its base from the answer', () async {
    await put('a', weighing(70));
    final lines = await take();
    await put('a', weighing(71, edited: 5));
    await answer(lines, [Accepted(serverId: 's1', updatedAt: at(9))]);
    expect(store.linesOf('a').single.base, at(9));
    expect(store.pendingCount, 1);
  });

  test('an edit that waited behind a losing one has a base that makes the server report what it overwrites', () async {
    await put('a', weighing(70));
    final lines = await take();
    await put('a', weighing(71, edited: 5));
    await answer(lines, [Overruled(serverEntry('s1', weighing(80, edited: 3), 9), ConflictReason.newerOnServer)]);
    final line = store.linesOf('a').single;
    expect(line.base, isNotNull);
    expect(line.base, isNot(at(9)));
  });

  test('deleting an entry that was never sent leaves nothing to send', () async {
    await put('a', weighing(70));
    await put('a', EntryVersion.deleted(editedAt: at(1)));
    expect(store.outbox.length, 0);
  });

  test('deleting an entry that may have been sent is sent after the answer', () async {
    await put('a', weighing(70));
    final lines = await take();
    await put('a', EntryVersion.deleted(editedAt: at(1)));
    expect(waiting('a'), [70, null]);
    await answer(lines, [Accepted(serverId: 's1', updatedAt: at(9))]);
    expect((await take()).single.version.isDeleted, isTrue);
  });

  test('a batch has the oldest edit of each entry, up to the maximum', () async {
    for (final key in ['a', 'b', 'c']) {
      await put(key, weighing(70));
    }
    expect([for (final line in await take(2)) line.key], ['a', 'b']);
    await put('a', weighing(71, edited: 5));
    expect(
      [for (final line in await take()) (line.key, line.version.weight!.value)],
      [('a', 70.0), ('b', 70.0), ('c', 70.0)],
    );
  });

  test('a refused edit waits for a correction and does not block others', () async {
    await put('a', weighing(70));
    await put('b', weighing(71));
    const problem = FieldProblem('timestamp', 'out_of_range');
    await answer(await take(), [
      const Rejected([problem]),
      Accepted(serverId: 's2', updatedAt: at(9)),
    ]);
    expect(store.pendingCount, 1);
    expect(await take(), isEmpty);
    await put('a', weighing(72, edited: 5));
    expect((await take()).single.version.weight!.value, 72);
  });

  test('a correction made before the refusal arrives replaces the refused edit', () async {
    await pull('a', weighing(70), 1);
    await put('a', weighing(71, edited: 4));
    final lines = await take();
    await put('a', weighing(72, edited: 5));
    await answer(lines, [
      const Rejected([FieldProblem('timestamp', 'out_of_range')]),
    ]);
    final sent = (await take()).single;
    expect((sent.version.weight!.value, sent.base, store.pendingCount), (72, at(1), 1));
  });

  test('a refused edit is sent again when the user asks for it', () async {
    await put('a', weighing(70));
    await answer(await take(), [
      const Rejected([FieldProblem('timestamp', 'out_of_range')]),
    ]);
    await store.change(store.retryRefused);
    expect((await take()).single.key, 'a');
  });

  test('an edit in an outdated form is based on the version that the form showed', () async {
    await pull('a', weighing(70), 1);
    await pull('a', weighing(75, edited: 3), 4);
    await store.change(() => store.put('a', weighing(71, edited: 5), seenContent: weighing(70), seenBase: at(1)));
    expect(store.linesOf('a').single.base, at(1));
  });
}
