import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/features/health_tracking/data/local/outbox.dart';
import 'package:weight_sync/features/health_tracking/data/local/page_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/upload_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_store.dart';
import 'package:weight_sync/features/health_tracking/data/services/changes_page.dart';
import 'package:weight_sync/features/health_tracking/data/services/upload_result.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../../support/folder.dart';
import '../../../support/server_entries.dart';

void main() {
  late WeightStore store;

  setUp(() async => store = await WeightStore.open(temporary()));

  Future<void> put(String key, EntryVersion version) => store.change(() => store.put(key, version));

  Future<void> take(ChangesPage page) => store.change(() => store.takePage(page));

  Future<void> upload(List<UploadResult> results, {String? epoch}) async {
    final lines = await store.change(() => store.takeForUpload(100));
    await store.change(() => store.takeUpload(lines, results, epoch: epoch));
  }

  List<double> shown() => [for (final entry in store.listEntries()) entry.weight.value];

  test('the echo of an own edit changes nothing', () async {
    await put('a', weighing(70));
    await upload([Accepted(serverId: 's1', updatedAt: at(9))]);
    await take(page([serverEntry('s1', weighing(70), 9, origin: (device: store.device, local: 'a'))]));
    final before = store.listEntries();
    await take(page([serverEntry('s1', weighing(70), 9, origin: (device: store.device, local: 'a'))]));
    expect(store.listEntries(), before);
    expect(before.single.key, 'a');
  });

  test('a pulled entry is recognised although the answer to its upload was lost', () async {
    await put('a', weighing(70));
    await store.change(() => store.takeForUpload(100));
    await take(page([serverEntry('s1', weighing(70), 9, origin: (device: store.device, local: 'a'))]));
    expect(shown(), [70]);
    expect(store.records['a']!.serverId, 's1');
    expect(store.pendingCount, 1);
  });

  test('another device\'s changes and deletions are applied', () async {
    await take(page([serverEntry('s1', weighing(70), 1), serverEntry('s2', weighing(71, day: 2), 2)]));
    await take(
      page([
        serverEntry('s1', weighing(75, edited: 5), 5),
        serverEntry('s2', EntryVersion.deleted(editedAt: at(6)), 6),
        serverEntry('s9', EntryVersion.deleted(editedAt: at(6)), 7),
      ]),
    );
    expect(shown(), [75]);
    expect(store.records['s9'], isNull);
  });

  test('a waiting edit stays in the list, and is marked if it will lose', () async {
    await take(page([serverEntry('s1', weighing(70), 1)]));
    await put('s1', weighing(71, edited: 5));
    expect(store.listEntries().single.mark, EntryMark.pending);
    await take(page([serverEntry('s1', weighing(75, edited: 8), 9)]));
    final entry = store.listEntries().single;
    expect((entry.weight.value, entry.mark), (71, EntryMark.overtaken));
    expect(store.linesOf('s1').single.base, at(1));
  });

  test('an edit that lost becomes a conflict, and the server\'s version is listed', () async {
    await take(page([serverEntry('s1', weighing(70), 1)]));
    await put('s1', weighing(71, edited: 5));
    await upload([Overruled(serverEntry('s1', weighing(75, edited: 8), 9), ConflictReason.newerOnServer)]);
    expect(shown(), [75]);
    final conflict = store.conflicts.rows.single;
    expect((conflict.mine.weight!.value, conflict.theirs!.weight!.value, conflict.mineWon), (71, 75, false));
    expect(conflict.options, ConflictAnswer.values);
  });

  test('an edit that overwrote another becomes a conflict with the overwritten version', () async {
    await take(page([serverEntry('s1', weighing(70), 1)]));
    await put('s1', weighing(71, edited: 9));
    final overwritten = serverEntry('s1', EntryVersion.deleted(editedAt: at(5)), 6);
    await upload([
      Accepted(serverId: 's1', updatedAt: at(9), overwritten: overwritten, reason: ConflictReason.deletedOnServer),
    ]);
    final conflict = store.conflicts.rows.single;
    expect((conflict.mineWon, conflict.theirs!.isDeleted, conflict.standing), (true, true, at(9)));
    expect(conflict.options, [ConflictAnswer.keepMine, ConflictAnswer.keepTheirs]);
  });

  test('a full pull of several pages removes entries it did not list, but none with waiting edits', () async {
    await take(page([for (var i = 1; i < 5; i++) serverEntry('s$i', weighing(70, day: i), i)]));
    await put('s3', weighing(73, day: 3, edited: 9));
    await put('new', weighing(74, day: 9));
    await store.change(store.pullAll);
    expect(store.cursor, isNull);
    expect(shown(), hasLength(5));
    await take(page([serverEntry('s1', weighing(70), 1)], hasMore: true, since: 'snapshot:1'));
    await take(page([serverEntry('s5', weighing(75, day: 5), 8)]));
    expect(shown(), [74, 75, 73, 70]);
    expect(store.pendingCount, 2);
    // Kept, so that the edit is sent with the server id and answered with "gone".
    expect(store.records['s3'], isNotNull);
  });

  test('an edit of an entry that is gone becomes a conflict', () async {
    await take(page([serverEntry('s1', weighing(70), 1)]));
    await put('s1', weighing(71, edited: 9));
    await upload([const Gone()], epoch: 'e1');
    expect(shown(), isEmpty);
    final conflict = store.conflicts.rows.single;
    expect((conflict.theirs, conflict.mine.weight!.value, conflict.reason), (null, 71, ConflictReason.gone));
    expect(store.outbox.length, 0);
  });

  test('after a restore an entry reported as gone is offered with all others', () async {
    await take(page([serverEntry('s1', weighing(70), 1), serverEntry('s2', weighing(72, day: 2), 2)]));
    await put('s1', weighing(71, edited: 9));
    await upload([const Gone()], epoch: 'e2');
    expect((store.epoch, store.cursor, store.conflicts.length), ('e2', null, 0));
    expect(shown(), [72, 71]);
    await upload([const Gone(), const Gone()], epoch: 'e2');
    final again = await store.change(() => store.takeForUpload(100));
    expect([for (final line in again) (line.version.weight!.value, line.revivedAs!.local)], [(71, 's1'), (72, 's2')]);
  });

  test('the epoch is known from the first upload', () async {
    await put('a', weighing(70));
    await upload([Accepted(serverId: 's1', updatedAt: at(9))], epoch: 'e1');
    expect(store.epoch, 'e1');
    expect((store.hasOtherEpoch('e1'), store.hasOtherEpoch('e2'), store.hasOtherEpoch(null)), (false, true, false));
  });

  test('after a restore everything is offered, and lost entries are created again under their origin', () async {
    await take(
      page([
        serverEntry('s1', weighing(70), 1, origin: (device: 'tablet', local: 'x')),
        serverEntry('s2', weighing(71, day: 2), 2),
        serverEntry('s3', weighing(72, day: 3), 3),
      ]),
    );
    await store.change(() => store.offerEverything('e2'));
    expect((store.cursor, store.epoch, store.outbox.length), (null, 'e2', 3));
    expect({for (final entry in store.listEntries()) entry.mark}, {EntryMark.synced});
    await upload([const Gone(), const Gone(), Accepted(serverId: 's3', updatedAt: at(20))], epoch: 'e2');

    final first = await store.change(() => store.takeForUpload(100));
    expect((store.senderOf(first.single), first.single.revivedAs!.local), ('tablet', 'x'));
    await store.change(() => store.takeUpload(first, [Accepted(serverId: 'n1', updatedAt: at(21))]));
    final second = await store.change(() => store.takeForUpload(100));
    expect((store.senderOf(second.single), second.single.revivedAs!.local), ('', 's2'));
    await store.change(() => store.takeUpload(second, [Accepted(serverId: 'n2', updatedAt: at(22))]));

    await take(
      page([
        serverEntry('s3', weighing(72, day: 3), 20),
        serverEntry('n1', weighing(70), 21, origin: (device: 'tablet', local: 'x')),
        serverEntry('n2', weighing(71, day: 2), 22, origin: (device: '', local: 's2')),
      ], epoch: 'e2'),
    );
    expect(shown(), [72, 71, 70]);
    expect(store.pendingCount, 0);
    expect(store.conflicts.length, 0);
  });

  test('after a restore deletions are offered too', () async {
    await take(page([serverEntry('s1', weighing(70), 1)]));
    await take(page([serverEntry('s1', EntryVersion.deleted(editedAt: at(5)), 5)]));
    await store.change(() => store.offerEverything(null));
    final lines = await store.change(() => store.takeForUpload(100));
    expect(lines.single.version.isDeleted, isTrue);
  });
}
