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
  const theirs = (device: 'tablet', local: 'x');
  late WeightStore store;

  Future<void> take(ChangesPage page) => store.change(() => store.takePage(page));

  Future<void> upload(List<UploadResult> results) async {
    final lines = await store.change(() => store.takeForUpload(100));
    await store.change(() => store.takeUpload(lines, results));
  }

  Future<void> restore() => store.change(() => store.offerEverything('e2'));

  EntryVersion deletion(int edited) => EntryVersion.deleted(editedAt: at(edited));

  // One entry created by another device.
  setUp(() async {
    store = await WeightStore.open(temporary());
    await take(page([serverEntry('s1', weighing(70), 1, origin: theirs)]));
  });

  test('an edit of another device\'s entry keeps the entry\'s origin', () async {
    await store.change(() => store.put('s1', weighing(71, edited: 5)));
    await upload([Accepted(serverId: 's1', updatedAt: at(9))]);
    expect(store.records['s1']!.origin, theirs);
  });

  test('an overruled edit keeps the entry\'s origin, which a long answer leaves out', () async {
    await store.change(() => store.put('s1', weighing(71, edited: 5)));
    await upload([Overruled(serverEntry('s1', weighing(80, edited: 9), 10), ConflictReason.newerOnServer)]);
    expect(store.records['s1']!.origin, theirs);
  });

  test('a page older than the local copy changes nothing', () async {
    await store.change(() => store.put('s1', weighing(71, edited: 5)));
    await upload([Accepted(serverId: 's1', updatedAt: at(9))]);
    await take(page([serverEntry('s1', weighing(70), 1, origin: theirs)]));
    expect(store.records['s1']!.version.weight!.value, 71);
  });

  test('a deletion of an entry that is gone ends without a conflict', () async {
    await store.change(() => store.put('s1', deletion(5)));
    await upload(const [Gone()]);
    expect((store.conflicts.length, store.outbox.length, store.records.length), (0, 0, 0));
  });

  group('after a restore', () {
    setUp(restore);

    test('an offered entry that differs from the server\'s is not a conflict', () async {
      await upload([
        Accepted(
          serverId: 's1',
          updatedAt: at(9),
          overwritten: serverEntry('s1', weighing(60), 1),
          reason: ConflictReason.concurrentEdit,
        ),
      ]);
      expect(store.conflicts.length, 0);
      await restore();
      await upload([Overruled(serverEntry('s1', weighing(80, edited: 9), 10), ConflictReason.newerOnServer)]);
      expect((store.conflicts.length, store.records['s1']!.version.weight!.value), (0, 80));
    });

    test('an edit of an offered entry is based on the version that the user saw', () async {
      await store.change(() => store.put('s1', weighing(71, edited: 5)));
      expect((store.outbox.rows.single.base, store.outbox.rows.single.isOffered), (at(1), false));
    });

    test('a lost entry that is created again keeps its key in the list', () async {
      await upload(const [Gone()]);
      final line = store.outbox.rows.single;
      expect((line.revivedAs, line.base, line.isSent), (theirs, null, false));
      // The answer to the upload is lost, and the entry arrives on a page.
      await store.change(() => store.takeForUpload(100));
      await take(page([serverEntry('s2', weighing(70), 20, origin: theirs)], epoch: 'e2'));
      expect(store.listEntries().map((entry) => entry.key), ['s1']);
    });

    test('an edit waiting behind a lost entry is sent under the same identity', () async {
      await store.change(() => store.takeForUpload(100));
      await store.change(() => store.put('s1', weighing(71, edited: 5)));
      await upload(const [Gone()]);
      expect(store.linesOf('s1').map((line) => (line.revivedAs, line.base)), everyElement((theirs, null)));
      expect(store.linesOf('s1'), hasLength(2));
    });

    test('an offered deletion that the server does not know is dropped', () async {
      await upload([Accepted(serverId: 's1', updatedAt: at(9))]);
      await store.change(() => store.put('s1', deletion(10)));
      await upload([Accepted(serverId: 's1', updatedAt: at(11))]);
      await restore();
      await upload(const [Gone()]);
      expect((store.conflicts.length, store.outbox.length, store.records.length), (0, 0, 0));
    });

    test('an entry listed by a full pull no longer counts as offered', () async {
      await upload([Accepted(serverId: 's1', updatedAt: at(9))]);
      await restore();
      await upload([Overruled(serverEntry('s1', weighing(80, edited: 9), 10), ConflictReason.newerOnServer)]);
      await take(page([serverEntry('s1', weighing(80, edited: 9), 10)], epoch: 'e2'));
      expect(store.records['s1']!.isOffered, isFalse);
    });
  });
}
