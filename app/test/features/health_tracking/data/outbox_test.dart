import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/features/health_tracking/data/local/outbox.dart';
import 'package:weight_sync/features/health_tracking/data/local/outbox_line.dart';
import 'package:weight_sync/features/health_tracking/data/local/page_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/upload_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_store.dart';
import 'package:weight_sync/features/health_tracking/data/services/upload_result.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../../support/folder.dart';
import '../../../support/wire.dart';

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

  test('an edit that was not sent is replaced by a newer one, which keeps its base', () async {
    await pull('a', weighing(70), 1);
    await put('a', weighing(71, edited: 5));
    await put('a', weighing(72, edited: 6));
    expect(waiting('a'), [72]);
    expect(store.linesOf('a').single.base, at(1));
  });

  test('an edit that was sent stays as it is, a newer one waits behind it, and a third replaces the second', () async {
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

  test('what waited gets its base from the answer', () async {
    await put('a', weighing(70));
    final lines = await take();
    await put('a', weighing(71, edited: 5));
    await answer(lines, [Accepted(serverId: 's1', updatedAt: at(9))]);
    expect(store.linesOf('a').single.base, at(9));
    expect(store.pendingCount, 1);
  });

  test('what waited behind an edit that lost is reported by the server, whatever it overwrites', () async {
    await put('a', weighing(70));
    final lines = await take();
    await put('a', weighing(71, edited: 5));
    await answer(lines, [Overruled(serverEntry('s1', weighing(80, edited: 3), 9), ConflictReason.newerOnServer)]);
    final line = store.linesOf('a').single;
    expect(line.base, isNotNull);
    expect(line.base, isNot(at(9)));
  });

  test('deleting what the server never saw leaves nothing to send', () async {
    await put('a', weighing(70));
    await put('a', EntryVersion.deleted(editedAt: at(1)));
    expect(store.outbox.length, 0);
  });

  test('deleting what the server may have seen is sent after the answer', () async {
    await put('a', weighing(70));
    final lines = await take();
    await put('a', EntryVersion.deleted(editedAt: at(1)));
    expect(waiting('a'), [70, null]);
    await answer(lines, [Accepted(serverId: 's1', updatedAt: at(9))]);
    expect((await take()).single.version.isDeleted, isTrue);
  });

  test('a batch holds the oldest edit of each entry, and no more than it may', () async {
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

  test('a refused edit waits for a correction and holds up no other', () async {
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

  test('a refused edit is tried again when a person asks', () async {
    await put('a', weighing(70));
    await answer(await take(), [
      const Rejected([FieldProblem('timestamp', 'out_of_range')]),
    ]);
    await store.change(store.retryRefused);
    expect((await take()).single.key, 'a');
  });

  test('an edit made on a screen that was overtaken is based on what was on the screen', () async {
    await pull('a', weighing(70), 1);
    await pull('a', weighing(75, edited: 3), 4);
    await store.change(() => store.put('a', weighing(71, edited: 5), seenContent: weighing(70), seenBase: at(1)));
    expect(store.linesOf('a').single.base, at(1));
  });
}
