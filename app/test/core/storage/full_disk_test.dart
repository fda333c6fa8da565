import 'dart:io';
import 'dart:typed_data';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/storage/database.dart';
import 'package:weight_sync/core/storage/table.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../support/folder.dart';

/// A file system of [kibibytes]; null if this user may not mount one.
String? disk(int kibibytes) {
  final folder = temporary();
  final mounted = Process.runSync('mount', ['-t', 'tmpfs', '-o', 'size=${kibibytes}k', 'none', folder]);
  if (mounted.exitCode != 0) return null;
  addTearDown(() => Process.runSync('umount', ['-l', folder]));
  return folder;
}

void main() {
  late String? folder;
  late Table<String> notes;
  late Database database;

  setUp(() async {
    folder = disk(64);
    if (folder == null) return;
    notes = Table<String>('notes', encode: (row) => row, decode: (_, json) => json! as String);
    database = await Database.open('$folder/notes', [notes]);
  });

  Future<void> write(String key, int letters) => database.change(() => notes[key] = 'x' * letters);

  Future<Map<String, int>> afterwards() async {
    final again = Table<String>('notes', encode: (row) => row, decode: (_, json) => json! as String);
    await (await Database.open('$folder/notes', [again])).close();
    return {for (final entry in again.entries) entry.key: entry.value.length};
  }

  /// Writes until the disk is full, and returns the number of successful writes.
  Future<int> fill() async {
    for (var row = 0; ; row++) {
      try {
        await write('$row', 1500);
      } on StorageFailure {
        return row;
      }
    }
  }

  test('a write without space fails, earlier writes are kept, and smaller ones still work', () async {
    if (folder == null) return markTestSkipped('needs to mount a small disk');
    final rows = await fill();
    expect(rows, greaterThan(20));
    expect(notes.length, rows);
    await expectLater(write('late', 60000), throwsA(isA<StorageFailure>()));
    await write('0', 1);
    expect(await afterwards(), {for (var row = 0; row < rows; row++) '$row': row == 0 ? 1 : 1500});
  });

  test('a damaged line that could not be copied aside stays, whatever is written, until the next opening', () async {
    if (folder == null) return markTestSkipped('needs to mount a small disk');
    await write('a', 1000);
    await write('b', 1000);
    await database.close();
    final file = File('$folder/notes');
    file.writeAsBytesSync(file.readAsBytesSync()..[500] ^= 1);
    final rest = File('$folder/rest')..writeAsBytesSync(Uint8List(60 << 10));
    final copies = <String>[];
    database = await Database.open('$folder/notes', [notes], onDamage: copies.add);
    expect(copies, isEmpty);
    rest.deleteSync();
    await database.compact(always: true);
    await database.change(() {
      for (var row = 0; row < 1500; row++) {
        notes['$row'] = '';
      }
    });
    await database.close();
    await (await Database.open('$folder/notes', [notes], onDamage: copies.add)).close();
    expect(File('$folder/${copies.single}').lengthSync(), greaterThan(2000));
  });

  test('a compaction without space keeps the journal and removes the unfinished file', () async {
    if (folder == null) return markTestSkipped('needs to mount a small disk');
    final rows = await fill();
    await expectLater(database.compact(always: true), throwsA(isA<StorageFailure>()));
    expect(Directory(folder!).listSync().map((file) => file.path), ['$folder/notes']);
    await write('0', 1);
    expect((await afterwards()).length, rows);
  });
}
