import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../support/folder.dart';

void main() {
  test('the file can be read by its owner only, and its text is stored and deleted', () async {
    final path = temporary('session.json');
    final storage = FileTokenStorage(path);
    expect(await storage.read(), isNull);
    await storage.write('secret');
    expect(File(path).statSync().mode & 0x1ff, 0x180);
    expect(await storage.read(), 'secret');
    await storage.delete();
    expect(await storage.read(), isNull);
  });
}
