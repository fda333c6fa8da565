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

/// What the full pull does that follows a difference between the server's entries and this copy.
void main() {
  const theirs = (device: 'tablet', local: 'x');
  late String folder;
  late WeightStore store;

  Future<void> take(ChangesPage page) => store.change(() => store.takePage(page));

  Future<void> offer() async {
    while (store.isOffering) {
      await store.change(store.offerMore);
    }
  }

  List<String> offered() => [for (final line in store.lines.lines.where((line) => line.isOffered)) line.key];

  setUp(() async {
    folder = temporary();
    store = await WeightStore.open(folder);
    await take(
      page([
        serverEntry('s1', weighing(70), 1, origin: theirs),
        serverEntry('s2', weighing(71), 2),
        serverEntry('s3', weighing(72), 3),
      ]),
    );
    await take(page([serverEntry('s3', EntryVersion.deleted(editedAt: at(4)), 4)]));
    await store.change(() => store.check('a difference'));
  });

  test('what the pull does not list is offered, except deletions, and created again if it is gone', () async {
    await take(page([serverEntry('s2', weighing(71), 2)]));
    await offer();
    expect(offered(), ['s1']);
    expect((store.isChecking, store.listEntries().length), (false, 2));
    final lines = await store.change(() => store.takeForUpload(100));
    await store.change(() => store.takeUpload(lines, const [Gone()]));
    final again = await store.change(() => store.takeForUpload(100));
    expect((again.single.revivedAs, again.single.version.weight!.value), (theirs, 70));
    await store.change(() => store.takeUpload(again, [Accepted(serverId: 's9', updatedAt: at(9))]));
    expect((store.records['s1']!.serverId, store.conflicts.length, store.outbox.length), ('s9', 0, 0));
  });

  test('a version or a deletion that the server has lost is offered', () async {
    await take(page([serverEntry('s1', weighing(80, edited: 5), 5, origin: theirs)]));
    await store.change(() => store.check('another'));
    await take(
      page([
        serverEntry('s1', weighing(70), 1, origin: theirs),
        serverEntry('s2', weighing(71), 2),
        serverEntry('s3', weighing(72), 3),
      ]),
    );
    await offer();
    expect(offered(), ['s1', 's3']);
    expect([for (final line in store.lines.lines) line.version.weight?.value], [80, null]);
  });

  test('what others changed since is taken, and nothing is offered', () async {
    await take(page([serverEntry('s1', weighing(80, edited: 9), 9, origin: theirs)], hasMore: true));
    await take(page([serverEntry('s2', EntryVersion.deleted(editedAt: at(10)), 10)]));
    await offer();
    expect(offered(), isEmpty);
    expect(store.listEntries().single.weight.value, 80);
  });

  test('the pull goes on after a restart', () async {
    await take(page([serverEntry('s2', weighing(71), 2)], hasMore: true));
    await store.close();
    store = await WeightStore.open(folder);
    await take(page(const []));
    await offer();
    expect(offered(), ['s1']);
  });

  test('a cursor that expires ends the check: what is missing may have been deleted long ago', () async {
    await take(page([serverEntry('s2', weighing(71), 2)], hasMore: true));
    await store.change(store.pullAll);
    await take(page([serverEntry('s2', weighing(71), 2)]));
    await offer();
    expect(offered(), isEmpty);
    expect(store.listEntries(), hasLength(1));
  });

  test('an entry that another device has created again takes the place of the lost one', () async {
    await take(page([serverEntry('s9', weighing(70), 9, origin: theirs), serverEntry('s2', weighing(71), 2)]));
    await offer();
    expect(offered(), isEmpty);
    expect((store.records['s1']!.serverId, store.listEntries().length), ('s9', 2));
    // One without a key has the server's lost id as its key.
    await take(page([serverEntry('s8', weighing(71), 10, origin: (device: '', local: 's2'))]));
    expect((store.records['s2']!.serverId, store.listEntries().length), ('s8', 2));
  });
}
