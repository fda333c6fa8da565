import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/storage/database.dart';
import 'package:weight_sync/core/storage/journal.dart';
import 'package:weight_sync/core/storage/table.dart';

import '../../support/folder.dart';

Table<int> numbers() => Table<int>('numbers', encode: (row) => row, decode: (_, json) => json! as int);

void main() {
  test('a change of several rows survives a restart as a whole', () async {
    final path = temporary('data');
    final table = numbers();
    final database = await Database.open(path, [table]);
    await database.change(() {
      table['a'] = 1;
      table['b'] = 2;
    });
    await database.change(() {
      table.remove('a');
      table['c'] = 3;
    });
    await database.close();
    final again = numbers();
    await Database.open(path, [again]);
    expect({for (final entry in again.entries) entry.key: entry.value}, {'b': 2, 'c': 3});
  });

  test('a change that throws is undone, and the next one works', () async {
    final path = temporary('data');
    final table = numbers();
    final database = await Database.open(path, [table]);
    await database.change(() => table['a'] = 1);
    final failed = database.change(() {
      table['a'] = 2;
      table['b'] = 2;
      throw StateError('no');
    });
    final later = database.change(() => table['c'] = 3);
    await expectLater(failed, throwsStateError);
    await later;
    expect({for (final entry in table.entries) entry.key: entry.value}, {'a': 1, 'c': 3});
  });

  test('a change that changes nothing writes nothing', () async {
    final path = temporary('data');
    final table = numbers();
    final database = await Database.open(path, [table]);
    await database.change(() => table.remove('a'));
    expect(File(path).lengthSync(), 0);
  });

  test('a long journal is compacted without changing its content', () async {
    final path = temporary('data');
    final table = numbers();
    final database = await Database.open(path, [table]);
    for (var round = 0; round < 2100; round++) {
      await database.change(() => table['${round % 300}'] = round);
    }
    final long = File(path).lengthSync();
    await database.compact();
    expect(File(path).lengthSync(), lessThan(long ~/ 4));
    await database.change(() => table['last'] = -1);
    await database.close();
    final again = numbers();
    await Database.open(path, [again]);
    expect({for (final e in again.entries) e.key: e.value}, {for (final e in table.entries) e.key: e.value});
    expect(again.length, 301);
    // Slow: each change is flushed to disk.
  }, timeout: const Timeout(Duration(minutes: 10)));

  test('no line holds more rows than one slice can read, however many change at once', () async {
    final path = temporary('data');
    final table = numbers();
    final database = await Database.open(path, [table]);
    await database.change(() => table['old'] = 1);
    await database.change(() {
      for (var row = 0; row < 5000; row++) {
        table['$row'] = row;
      }
    });
    await database.change(() => table['new'] = 2);
    await database.close();
    expect(File(path).readAsLinesSync().map((line) => line.split(':').length), everyElement(lessThan(1002)));
    final again = numbers();
    await Database.open(path, [again]);
    expect((again.length, again['old'], again['4999'], again['new']), (5002, 1, 4999, 2));
  });

  test('a closed database rejects changes', () async {
    final table = numbers();
    final database = await Database.open(temporary('data'), [table]);
    await database.close();
    await expectLater(database.change(() => table['a'] = 1), throwsStateError);
    expect(table['a'], isNull);
  });

  group('data of a later version of the app', () {
    late String path;

    setUp(() async {
      path = temporary('data');
      final journal = await Journal.open(path, (_) {});
      await journal.append('{"numbers":{"a":1,"b":{"later":true}},"moods":{"today":"good"}}');
      await journal.append('["a list"]');
      await journal.append('{"numbers":{"c":3}}');
      await journal.close();
    });

    Future<List<String>> lines() async {
      final lines = <String>[];
      await (await Journal.open(path, lines.add)).close();
      return lines;
    }

    test('is hidden, survives compaction, and can be replaced', () async {
      final table = numbers();
      final database = await Database.open(path, [table]);
      expect({for (final entry in table.entries) entry.key: entry.value}, {'a': 1, 'c': 3});
      expect(table.unreadKeys, ['b']);
      await database.change(() => table['c'] = 2009);
      await database.compact(always: true);
      expect(await lines(), [
        '["a list"]',
        '{"numbers":{"a":1,"c":2009,"b":{"later":true}}}',
        '{"moods":{"today":"good"}}',
      ]);
      await database.change(() => table['b'] = 2);
      expect(table.unreadKeys, isEmpty);
      await database.close();
      final again = numbers();
      await Database.open(path, [again]);
      expect((again['b'], again.unreadKeys.length), (2, 0));
    });

    test('is restored if its replacement could not be stored', () async {
      final table = numbers();
      final database = await Database.open(path, [table]);
      final failed = database.change(() {
        table['b'] = 2;
        throw StateError('no');
      });
      await expectLater(failed, throwsStateError);
      expect(table['b'], isNull);
      expect(table.unreadKeys, ['b']);
    });
  });

  test('a damaged journal keeps all other rows, is copied aside, and is repaired', () async {
    final path = temporary('data');
    final table = numbers();
    final database = await Database.open(path, [table]);
    for (var row = 0; row < 9; row++) {
      await database.change(() => table['$row'] = row);
    }
    await database.close();
    final bytes = File(path).readAsBytesSync();
    File(path).writeAsBytesSync(bytes..[bytes.length ~/ 2] ^= 1);
    final repaired = numbers();
    final copies = <String>[];
    await (await Database.open(
      path,
      [repaired],
      onDamage: (copy) {
        copies.add(copy);
        repaired['reported'] = 1;
      },
    )).close();
    expect(repaired.length, 9);
    expect(File('${File(path).parent.path}/${copies.single}').readAsBytesSync(), bytes);
    final again = numbers();
    await Database.open(path, [again], onDamage: copies.add);
    expect((again.length, again['reported'], copies.length), (9, 1, 1));
  });
}
