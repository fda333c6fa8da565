// Prepares a test run or a desktop run like the `flutter` tool.
//
//   prepare ROOT APP OUT config           APP/.dart_tool/package_config.json
//   prepare ROOT APP OUT app              and OUT/flutter_assets
//   prepare ROOT APP OUT test [FILE...]   and OUT/main.dart and OUT/suites.txt
//
// ROOT is the folder with the unpacked Debian packages.
import 'dart:convert';

import 'asset_bundle.dart';
import 'package_config.dart';
import 'pubspec.dart';
import 'test_main.dart';
import 'written_file.dart';

void main(List<String> arguments) {
  final [root, app, out, kind, ...files] = arguments;
  final pubspec = pubspecOf(app);
  final name = pubspec['name'] as String;
  writeIfChanged('$app/.dart_tool/package_config.json', utf8.encode(packageConfig(root, app, name, pubspec)));
  writeIfChanged('$out/name.txt', utf8.encode(name));
  if (kind == 'config') return;
  buildAssets(root, app, out, pubspec);
  if (kind == 'test') writeTestMain(app, out, files);
}
