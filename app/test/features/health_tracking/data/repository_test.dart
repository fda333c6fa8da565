import 'dart:io';

import 'package:clock/clock.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:path/path.dart' as path;
import 'package:weight_sync/features/health_tracking/data/local/outbox.dart';
import 'package:weight_sync/features/health_tracking/data/local/page_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/upload_merge.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_account.dart';
import 'package:weight_sync/features/health_tracking/data/local/weight_store.dart';
import 'package:weight_sync/features/health_tracking/data/repositories/offline_first_weight_repository.dart';
import 'package:weight_sync/features/health_tracking/data/services/upload_result.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../../support/folder.dart';
import '../../../support/server_entries.dart';

void main() {
  const anna = WeightSyncUser(id: 'u1', email: 'anna@example.org');
  const bert = WeightSyncUser(id: 'u2', email: 'bert@example.org');
  late String folder;
  late OfflineFirstWeightRepository repository;
  late WeightAccount account;

  setUp(() {
    folder = temporary();
    repository = OfflineFirstWeightRepository(limits: Observed(const ServerLimits()));
    account = WeightAccount(folder, Uri.parse('https://example.org'), repository);
  });

  Future<WeightEntry> add(double kilograms, {int day = 1}) =>
      repository.add(weight: Weight(kilograms, WeightUnit.kg), timestamp: DateTime.utc(2026, 2, day));

  List<double> shown() => [for (final entry in repository.entries.value) entry.weight.value];

  test('when nobody is signed in the list is empty and writes fail', () async {
    expect(repository.entries.value, isEmpty);
    await expectLater(add(70), throwsStateError);
  });

  test('entries are listed newest first, and a listener is notified once per change', () async {
    await account.open(anna);
    final heard = <int>[];
    repository.entries.addListener(() => heard.add(repository.entries.value.length));
    await add(70);
    final second = await add(71, day: 2);
    await repository.edit(second.key, weight: Weight(72, WeightUnit.kg));
    await repository.edit(second.key, weight: Weight(72, WeightUnit.kg));
    await repository.delete(second.key);
    await repository.delete(second.key);
    await repository.restore(second);
    expect(shown(), [71, 70]);
    expect(heard, [1, 2, 2, 1, 2]);
    expect(repository.pendingCount.value, 2);
  });

  test('an entry that the server would refuse is rejected at once and not stored', () async {
    await account.open(anna);
    final entry = await add(70);
    Matcher refuses(String field) =>
        throwsA(isA<InvalidEntry>().having((invalid) => invalid.problems.single.field, 'field', field));
    await expectLater(add(1001), refuses('weight_value'));
    final future = clock.now().add(const Duration(days: 2));
    await expectLater(repository.edit(entry.key, timestamp: future), refuses('timestamp'));
    await expectLater(repository.edit('nothing', weight: Weight(70, WeightUnit.kg)), throwsStateError);
    expect(shown(), [70]);
  });

  test('an undo does not bring one user\'s weight into another user\'s account', () async {
    await account.open(anna);
    final deleted = await add(70);
    await repository.delete(deleted.key);
    await account.open(bert);
    await expectLater(repository.restore(deleted), throwsStateError);
    expect(shown(), isEmpty);
    expect(repository.pendingCount.value, 0);
    await account.open(anna);
    final again = await add(71);
    await repository.delete(again.key);
    await repository.restore(again);
    expect(shown(), [71]);
  });

  test('each user has their own data, also after another user signed in', () async {
    await account.open(anna);
    await add(70);
    await account.open(bert);
    expect(shown(), isEmpty);
    expect(repository.pendingCount.value, 0);
    expect(account.storeOf(anna), isNull);
    await add(90);
    await account.open(anna);
    expect(shown(), [70]);
    await account.erase(anna);
    await account.open(anna);
    expect(shown(), isEmpty);
    await account.open(bert);
    expect(shown(), [90]);
  });

  group('a server that moved to another address', () {
    WeightAccount at(String server) => WeightAccount(folder, Uri.parse(server), repository);

    Future<void> move(WeightSyncUser user) async {
      await account.open(user);
      await add(70);
      await account.storeOf(user)!.change(() => account.storeOf(user)!.cursor = 'c');
      await account.close();
      account = at('https://elsewhere.example');
      await account.open(user);
    }

    test('finds the data of a user whose id is unique everywhere, and lists all entries again', () async {
      const carl = WeightSyncUser(id: '0198f000-0000-7000-8000-00000000abcd', email: 'carl@example.org');
      await move(carl);
      expect(shown(), [70]);
      expect((repository.pendingCount.value, account.storeOf(carl)!.cursor), (1, null));
    });

    test('does not find that of a user whose id is a number, which may be another person there', () async {
      const seven = WeightSyncUser(id: '7', email: 'carl@example.org');
      await move(seven);
      expect(shown(), isEmpty);
      await account.close();
      account = at('https://example.org');
      await account.open(seven);
      expect(shown(), [70]);
      expect(account.storeOf(seven)!.cursor, 'c');
    });
  });

  group('the time of an edit', () {
    final noon = DateTime.utc(2026, 3, 29, 12, 0, 0, 5, 7);
    Future<void> by(DateTime time, Future<void> Function() action) => withClock(Clock.fixed(time), action);
    WeightEntry only() => repository.entries.value.single;

    setUp(() => account.open(anna));

    test('has microseconds and comes from the device\'s clock', () async {
      await by(noon, () => add(70));
      expect(only().editedAt, noon);
    });

    test('is later than that of the previous edit, even if the clock was set back or stands still', () async {
      await by(noon, () => add(70));
      final times = [only().editedAt];
      Future<void> note(DateTime time, Future<void> Function() action) async {
        await by(time, action);
        times.add(account.storeOf(anna)!.linesOf(only().key).last.version.editedAt);
      }

      final yesterday = noon.subtract(const Duration(days: 1));
      final first = only();
      await note(yesterday, () => repository.edit(first.key, weight: Weight(71, WeightUnit.kg)));
      await note(noon, () => repository.edit(first.key, weight: Weight(70, WeightUnit.kg)));
      await note(noon, () => repository.edit(first.key, weight: Weight(71, WeightUnit.kg)));
      // Sent, so that the deletion stays in the outbox.
      await account.storeOf(anna)!.change(() => account.storeOf(anna)!.takeForUpload(100));
      await by(yesterday, () => repository.delete(first.key));
      times.add(account.storeOf(anna)!.linesOf(first.key).last.version.editedAt);
      await note(yesterday, () => repository.restore(first));
      for (var edit = 1; edit < times.length; edit++) {
        expect(times[edit].isAfter(times[edit - 1]), isTrue, reason: '$edit: $times');
      }
    });

    test('may be the same for two entries, which stay two', () async {
      await by(noon, () async {
        await add(70);
        await add(70);
      });
      expect({for (final entry in repository.entries.value) entry.key}, hasLength(2));
    });
  });

  group('a conflict', () {
    late WeightStore store;

    setUp(() async {
      await account.open(anna);
      store = account.storeOf(anna)!;
      await store.change(() => store.takePage(page([serverEntry('s1', weighing(70), 1)])));
      await repository.edit('s1', weight: Weight(71, WeightUnit.kg));
    });

    Future<WeightConflict> settle(UploadResult result) async {
      final lines = await store.change(() => store.takeForUpload(100));
      await store.change(() => store.takeUpload(lines, [result]));
      return repository.conflicts.value.single;
    }

    Future<WeightConflict> lose() =>
        settle(Overruled(serverEntry('s1', weighing(75), 9), ConflictReason.newerOnServer));

    test('is removed by the answer that agrees with the current version', () async {
      await repository.answer(await lose(), ConflictAnswer.keepTheirs);
      expect((shown().single, repository.pendingCount.value), (75, 0));
      expect(repository.conflicts.value, isEmpty);
    });

    test('restores this device\'s version, based on the one that was seen', () async {
      await repository.answer(await lose(), ConflictAnswer.keepMine);
      expect(shown(), [71]);
      expect(store.linesOf('s1').single.base, at(9));
    });

    test('that is answered after a further edit does not overwrite that edit silently', () async {
      final conflict = await lose();
      await store.change(() => store.takePage(page([serverEntry('s1', weighing(79, edited: 20), 20)])));
      await repository.answer(conflict, ConflictAnswer.keepMine);
      expect(store.linesOf('s1').single.base, at(9));
    });

    test('leaves both versions if the user keeps both', () async {
      await repository.answer(await lose(), ConflictAnswer.keepBoth);
      expect(shown(), unorderedEquals([75, 71]));
      expect(repository.pendingCount.value, 1);
    });

    test('restores an overwritten version', () async {
      final overwritten = serverEntry('s1', weighing(75), 5);
      final conflict = await settle(
        Accepted(serverId: 's1', updatedAt: at(9), overwritten: overwritten, reason: ConflictReason.concurrentEdit),
      );
      await repository.answer(conflict, ConflictAnswer.keepTheirs);
      expect(shown(), [75]);
      expect(store.linesOf('s1').single.base, at(9));
    });

    test('about an entry that is gone creates it again', () async {
      final lines = await store.change(() => store.takeForUpload(100));
      await store.change(() => store.takeUpload(lines, [const Gone()]));
      final conflict = repository.conflicts.value.single;
      await repository.answer(conflict, ConflictAnswer.keepMine);
      await repository.answer(conflict, ConflictAnswer.keepMine);
      expect(shown(), [71]);
      expect(repository.entries.value.single.key, isNot('s1'));
    });
  });

  test('a journal cut at any byte keeps everything acknowledged before', () async {
    await account.open(anna);
    final journal = Directory(
      folder,
    ).listSync(recursive: true).whereType<File>().firstWhere((file) => file.path.endsWith('weights.journal'));
    // The list and the pending count, by the journal's length when a write returned.
    final acknowledged = <int, (List<double>, int)>{};
    void note() => acknowledged[journal.lengthSync()] = (shown(), repository.pendingCount.value);
    note();
    final store = account.storeOf(anna)!;
    final first = await add(70);
    note();
    await add(71, day: 2);
    note();
    await repository.edit(first.key, weight: Weight(72, WeightUnit.kg));
    note();
    final lines = await store.change(() => store.takeForUpload(100));
    note();
    await repository.edit(first.key, weight: Weight(73, WeightUnit.kg));
    note();
    await store.change(
      () => store.takeUpload(lines, [
        Accepted(serverId: 's1', updatedAt: at(9)),
        Overruled(serverEntry('s2', weighing(79, day: 2, edited: 9), 10), ConflictReason.newerOnServer),
      ]),
    );
    note();
    await store.change(() => store.takePage(page([serverEntry('s3', weighing(80, day: 3), 11)])));
    note();
    await repository.answer(repository.conflicts.value.single, ConflictAnswer.keepBoth);
    note();
    await repository.delete(first.key);
    note();
    await account.close();
    expect(acknowledged, hasLength(10));

    final bytes = journal.readAsBytesSync();
    final lengths = acknowledged.keys.toList()..sort();
    for (var cut = lengths.first; cut <= bytes.length; cut++) {
      journal.writeAsBytesSync(bytes.sublist(0, cut));
      final (weights, pending) = acknowledged[lengths.lastWhere((length) => length <= cut)]!;
      await account.open(anna);
      expect((shown().join(' '), repository.pendingCount.value), (weights.join(' '), pending), reason: 'cut at $cut');
      await account.close();
    }
    expect(path.basename(journal.path), 'weights.journal');
    // Slow: each opening is flushed to disk.
  }, timeout: const Timeout(Duration(minutes: 10)));
}
