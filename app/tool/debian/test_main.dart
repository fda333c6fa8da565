// Generates one program with all test files, and their list.
import 'dart:convert';
import 'dart:io';

import 'failure.dart';
import 'written_file.dart';

void writeTestMain(String app, String out, List<String> wanted) {
  final files = <String>[];
  void collect(String path) {
    if (FileSystemEntity.isDirectorySync(path)) {
      final entries = Directory(path).listSync().map((e) => e.path).toList()..sort();
      for (final entry in entries) {
        if (FileSystemEntity.isDirectorySync(entry) || entry.endsWith('_test.dart')) {
          collect(entry);
        }
      }
    } else if (File(path).existsSync()) {
      files.add(path);
    } else {
      die('no such test: $path');
    }
  }

  for (final path in wanted.isEmpty ? ['test'] : wanted) {
    collect(path.startsWith('/') ? path : '$app/$path');
  }
  if (files.isEmpty) die('no *_test.dart files');
  final configs = <String>[];
  final imports = StringBuffer(), table = StringBuffer();
  for (var i = 0; i < files.length; i++) {
    imports.writeln("import '${Uri.file(files[i])}' as s$i;");
    // The nearest flutter_test_config.dart above the test applies.
    var config = -1;
    for (var dir = File(files[i]).parent; ; dir = dir.parent) {
      final file = '${dir.path}/flutter_test_config.dart';
      if (File(file).existsSync()) {
        config = configs.indexOf(file);
        if (config < 0) {
          config = configs.length;
          configs.add(file);
        }
        break;
      }
      if (dir.path.length <= app.length || File('${dir.path}/pubspec.yaml').existsSync()) {
        break;
      }
    }
    final name = files[i].startsWith('$app/') ? files[i].substring(app.length + 1) : files[i];
    table.writeln(
      "  (${jsonEncode(name).replaceAll(r'$', r'\$')}, s$i.main, "
      '${config < 0 ? '_plain' : 'c$config.testExecutable'}),',
    );
  }
  for (var i = 0; i < configs.length; i++) {
    imports.writeln("import '${Uri.file(configs[i])}' as c$i;");
  }
  final template = File(Platform.script.resolve('main.dart.in').toFilePath());
  writeIfChanged(
    '$out/main.dart',
    utf8.encode(
      template.readAsStringSync().replaceFirst('/*IMPORTS*/', '$imports').replaceFirst('/*SUITES*/', '$table'),
    ),
  );
  writeIfChanged('$out/suites.txt', utf8.encode(files.map((f) => '$f\n').join()));
}
