// Writes package_config.json like `pub get`, from the unpacked Debian packages.
import 'dart:convert';
import 'dart:io';

import 'failure.dart';
import 'pubspec.dart';

String packageConfig(String root, String app, String name, Map<String, dynamic> pubspec) {
  final system = '$root/usr/share/dart/packages';
  final packages = <String, (String, String)>{};
  for (final dir in Directory(system).listSync().whereType<Directory>()) {
    final file = File('${dir.path}/pubspec.yaml');
    if (!file.existsSync()) continue;
    packages[dir.uri.pathSegments.lastWhere((s) => s.isNotEmpty)] = (dir.path, languageVersion(pubspecOf(dir.path)));
  }
  final missing = <String>{};
  void add(String name, String dir, Map<String, dynamic> pubspec, {bool dev = false}) {
    packages[name] = (dir, languageVersion(pubspec));
    final wanted = <String, dynamic>{
      ...?pubspec['dependencies'] as Map<String, dynamic>?,
      if (dev) ...?pubspec['dev_dependencies'] as Map<String, dynamic>?,
      // Also those of a dependency, which pub would ignore: they are how a package does without a package server.
      ...?pubspec['dependency_overrides'] as Map<String, dynamic>?,
    };
    wanted.forEach((dependency, value) {
      if (value is Map && value['path'] != null) {
        final path = Uri.directory(dir).resolve('${value['path']}').toFilePath();
        final clean = path.endsWith('/') ? path.substring(0, path.length - 1) : path;
        if (packages[dependency]?.$1 != clean) {
          add(dependency, clean, pubspecOf(clean));
        }
      } else if (!packages.containsKey(dependency)) {
        missing.add(dependency);
      }
    });
  }

  add(name, app, pubspec, dev: true);
  // Lint sets are optional for the analyzer.
  missing.removeAll(['lints', 'flutter_lints']);
  if (missing.isNotEmpty) {
    die('Debian has no dart-* package for: ${missing.join(', ')}');
  }
  return const JsonEncoder.withIndent('  ').convert({
    'configVersion': 2,
    'packages': [
      for (final MapEntry(:key, value: (dir, version)) in packages.entries)
        {'name': key, 'rootUri': '${Uri.file(dir)}', 'packageUri': 'lib/', 'languageVersion': version},
    ],
    'generator': 'app/tool',
  });
}
