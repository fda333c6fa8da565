import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:path/path.dart' show extension;
import 'package:weight_sync/core/storage/crc32.dart';
import 'package:weight_sync/core/storage/durable_folder.dart';
import 'package:weight_sync/core/storage/files.dart';
import 'package:weight_sync/core/storage/journal.dart';
import 'package:weight_sync/core/storage/storage_failure.dart';

import '../../support/folder.dart';

Future<List<String>> linesOf(String path) async {
  final lines = <String>[];
  await (await Journal.open(path, lines.add)).close();
  return lines;
}

Future<bool> isDamaged(String path) async {
  final journal = await Journal.open(path, (_) {});
  await journal.close();
  return journal.isDamaged;
}

void main() {
  test('the checksum is the CRC-32 of zip', () {
    expect(crc32('123456789'.codeUnits), 0xcbf43926);
  });

  test('lines survive a restart in their order', () async {
    final path = temporary('journal');
    final journal = await Journal.open(path, (_) {});
    await journal.append('{"a":1}');
    await journal.append('Äpfel');
    await journal.close();
    expect(await linesOf(path), ['{"a":1}', 'Äpfel']);
  });

  test('a file cut at any byte keeps all complete lines and accepts new ones', () async {
    final path = temporary('journal');
    final journal = await Journal.open(path, (_) {});
    final ends = <int>[0];
    for (var line = 0; line < 12; line++) {
      await journal.append('line $line ${'x' * line}');
      ends.add(File(path).lengthSync());
    }
    await journal.close();
    final bytes = File(path).readAsBytesSync();
    for (var cut = 0; cut <= bytes.length; cut++) {
      File(path).writeAsBytesSync(bytes.sublist(0, cut));
      final whole = ends.where((end) => end <= cut).length - 1;
      final seen = <String>[];
      final opened = await Journal.open(path, seen.add);
      expect(seen, hasLength(whole), reason: 'cut at $cut');
      await opened.append('new');
      await opened.close();
      expect((await linesOf(path)).last, 'new', reason: 'cut at $cut');
    }
    // Slow: each opening is flushed to disk.
  }, timeout: const Timeout(Duration(minutes: 10)));

  test('a damaged line is skipped and reported, and stays in the file for the copy', () async {
    final path = temporary('journal');
    final journal = await Journal.open(path, (_) {});
    for (final line in ['one', 'two', 'three']) {
      await journal.append(line);
    }
    await journal.close();
    final whole = File(path).readAsBytesSync();
    expect(await isDamaged(path), isFalse);
    for (var byte = 0; byte < whole.length; byte++) {
      File(path).writeAsBytesSync([...whole]..[byte] ^= 1);
      final left = await linesOf(path);
      // A damaged line break joins two lines into one damaged line.
      expect(left.length, whole[byte] == 0x0a ? lessThan(3) : 2, reason: 'byte $byte');
      if (byte < whole.length - 1) expect(await isDamaged(path), isTrue, reason: 'byte $byte');
    }

    File(path).writeAsBytesSync([...whole]..[whole.length ~/ 2] ^= 1);
    final seen = <String>[];
    final damaged = await Journal.open(path, seen.add);
    expect(seen, ['one', 'three']);
    await damaged.append('four');
    final copy = File('${File(path).parent.path}/${await damaged.copyAside()}');
    expect(copy.readAsBytesSync(), File(path).readAsBytesSync());
    await damaged.replace([...seen, 'four']);
    await damaged.close();
    expect(await linesOf(path), ['one', 'three', 'four']);
    expect(await isDamaged(path), isFalse);
  });

  test('replacing keeps the new lines only, and an interrupted replacement the old ones', () async {
    final path = temporary('journal');
    final journal = await Journal.open(path, (_) {});
    await journal.append('old');
    await journal.replace(['new', 'newer']);
    await journal.append('newest');
    await journal.close();
    expect(await linesOf(path), ['new', 'newer', 'newest']);

    File('$path.new').writeAsStringSync('half of someth');
    expect(await linesOf(path), ['new', 'newer', 'newest']);
    expect(File('$path.new').existsSync(), isFalse);
  });

  test('no file is open while it is renamed or replaced, which Windows refuses', () async {
    final path = temporary('journal');
    final journal = await Journal.open(path, (_) {});
    await journal.append('old');
    final open = <String>[];
    DurableFolder.onSync = (_) => open.addAll([
      for (final handle in Directory('/proc/self/fd').listSync(followLinks: false).whereType<Link>())
        // The handle of the listing itself is closed by now.
        if (handle.existsSync())
          if (handle.targetSync() case final target when target.startsWith(path)) target,
    ]);
    addTearDown(() => DurableFolder.onSync = (_) {});
    await journal.replace(['new']);
    expect(open, isEmpty);
    await journal.append('newer');
    await journal.close();
    expect(await linesOf(path), ['new', 'newer']);
  }, skip: Platform.isLinux ? null : 'reads /proc');

  test('a failed replacement keeps the old lines, and appending goes on', () async {
    final path = temporary('journal');
    final journal = await Journal.open(path, (_) {});
    await journal.append('old');
    Directory('$path.new').createSync();
    await expectLater(journal.replace(['new']), throwsA(isA<StorageFailure>()));
    Directory('$path.new').deleteSync();
    await journal.append('newer');
    await journal.close();
    expect(await linesOf(path), ['old', 'newer']);
  });

  test('a replacement that is on disk succeeds, even if the file cannot be opened again', () async {
    final path = temporary('journal');
    final journal = await Journal.open(path, (_) {});
    await journal.append('old');
    DurableFolder.onSync = (_) {
      File(path).renameSync('$path.moved');
      Directory(path).createSync();
    };
    addTearDown(() => DurableFolder.onSync = (_) {});
    await journal.replace(['new']);
    await expectLater(journal.append('newer'), throwsA(isA<StorageFailure>()));
    Directory(path).deleteSync();
    File('$path.moved').renameSync(path);
    expect(await linesOf(path), ['new']);
  });

  test('a failed write throws a StorageFailure', () async {
    final journal = await Journal.open(temporary('journal'), (_) {});
    await journal.close();
    await expectLater(journal.append('late'), throwsA(isA<StorageFailure>()));
    await expectLater(Journal.open('/proc/none/journal', (_) {}), throwsA(isA<StorageFailure>()));
  });

  test('the folder is synced after creating and after replacing the file', () async {
    final synced = <String>[];
    DurableFolder.onSync = (folder) => synced.add('$folder ${Directory(folder).listSync().length}');
    addTearDown(() => DurableFolder.onSync = (_) {});
    final base = temporary();
    final folder = '$base/made/below';
    final journal = await Journal.open('$folder/journal', (_) {});
    expect(synced, ['$base 1', '$base/made 1', '$folder 1']);
    await journal.append('line');
    expect(synced, hasLength(3));
    await journal.replace(['other']);
    expect(synced.skip(3), ['$folder 1']);
    await journal.close();
    await Journal.open('$folder/journal', (_) {});
    expect(synced, hasLength(4));
  });

  test(
    'a folder is synced after a file in it was deleted, and after a folder in it was renamed to be erased',
    () async {
      final base = temporary();
      await files.write('$base/file.a', [1]);
      await files.write('$base/folder.b/file', [1]);
      final synced = <List<String>>[];
      DurableFolder.onSync = (folder) =>
          synced.add([for (final file in Directory(folder).listSync()) extension(file.path)]);
      addTearDown(() => DurableFolder.onSync = (_) {});
      await files.delete('$base/file.a');
      await files.delete('$base/none');
      await files.eraseFolder('$base/folder.b');
      expect(synced, [
        ['.b'],
        ['.erased'],
      ]);
      expect(Directory(base).listSync(), isEmpty);
    },
  );
}
