import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/storage/database.dart';
import 'package:weight_sync/core/storage/table.dart';

import '../../support/folder.dart';

Table<int> numbers() => Table<int>('numbers', encode: (row) => row, decode: (_, json) => json! as int);

void main() {
  test('changes of several rows are there together after the next start', () async {
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

  test('a change that throws changes nothing, and holds up no other', () async {
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

  test('a journal that grew long is written anew, and says the same', () async {
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
  });

  test('a closed one takes nothing more', () async {
    final table = numbers();
    final database = await Database.open(temporary('data'), [table]);
    await database.close();
    await expectLater(database.change(() => table['a'] = 1), throwsStateError);
    expect(table['a'], isNull);
  });
}
