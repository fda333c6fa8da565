import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:path/path.dart' as path;

/// Creates a temporary folder, deleted after the test, and returns the path of [name] in it.
String temporary([String name = '']) {
  final folder = Directory.systemTemp.createTempSync('weight-sync-test.');
  addTearDown(() => folder.deleteSync(recursive: true));
  return path.join(folder.path, name);
}
