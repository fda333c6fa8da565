import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:path/path.dart' as path;

/// A folder of this test; removed afterwards. Gives the path of [name] in it.
String temporary([String name = '']) {
  final folder = Directory.systemTemp.createTempSync('weight-sync-test.');
  addTearDown(() => folder.deleteSync(recursive: true));
  return path.join(folder.path, name);
}
