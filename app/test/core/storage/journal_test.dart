import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/storage/crc32.dart';
import 'package:weight_sync/core/storage/journal.dart';
import 'package:weight_sync/core/storage/storage_failure.dart';

import '../../support/folder.dart';

Future<List<String>> linesOf(String path) async {
  final lines = <String>[];
  await (await Journal.open(path, lines.add)).close();
  return lines;
}

void main() {
  test('the sum is the one of zip', () {
    expect(crc32('123456789'.codeUnits), 0xcbf43926);
  });

  test('lines are there after the next start, in their order', () async {
    final path = temporary('journal');
    final journal = await Journal.open(path, (_) {});
    await journal.append('{"a":1}');
    await journal.append('Äpfel');
    await journal.close();
    expect(await linesOf(path), ['{"a":1}', 'Äpfel']);
  });

  test('a file that was cut at any byte has all lines before the cut, and takes new ones', () async {
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
  });

  test('a line whose bytes are not what was written ends the file there', () async {
    final path = temporary('journal');
    final journal = await Journal.open(path, (_) {});
    for (final line in ['one', 'two', 'three']) {
      await journal.append(line);
    }
    await journal.close();
    final bytes = File(path).readAsBytesSync();
    bytes[bytes.length ~/ 2] ^= 0x20;
    File(path).writeAsBytesSync(bytes);
    expect(await linesOf(path), ['one']);
  });

  test('replacing leaves the new lines only, and a replacement cut short leaves the old', () async {
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

  test('what cannot be written is told', () async {
    final journal = await Journal.open(temporary('journal'), (_) {});
    await journal.close();
    await expectLater(journal.append('late'), throwsA(isA<StorageFailure>()));
    await expectLater(Journal.open('/proc/none/journal', (_) {}), throwsA(isA<StorageFailure>()));
  });
}
