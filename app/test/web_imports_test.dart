import 'dart:io';

import 'package:flutter_test/flutter_test.dart';
import 'package:path/path.dart' as path;

/// Every import and export, with the file for browsers if there is one.
final _directive = RegExp(
  r"^(?:import|export)\s+'([^']+)'(?:\s+if \(dart\.library\.js_interop\)\s+'([^']+)')?",
  multiLine: true,
);

const _own = {'package:weight_sync/': 'lib/', 'package:weight_sync_plugins/': 'plugins/lib/'};

/// The files and SDK libraries that a program importing [library] compiles.
Set<String> _reachedFrom(String library, {required bool inBrowser}) {
  final reached = <String>{};
  final open = [library];
  while (open.isNotEmpty) {
    final file = open.removeLast();
    if (!reached.add(file) || file.contains(':')) continue;
    for (final match in _directive.allMatches(File(file).readAsStringSync())) {
      final named = inBrowser ? match.group(2) ?? match.group(1)! : match.group(1)!;
      final own = _own.entries.where((package) => named.startsWith(package.key)).firstOrNull;
      open.add(switch (own) {
        MapEntry(:final key, :final value) => named.replaceFirst(key, value),
        null when named.contains(':') => named,
        null => path.normalize(path.join(path.dirname(file), named)),
      });
    }
  }
  return reached;
}

const _notInBrowsers = {'dart:io', 'dart:ffi', 'dart:isolate', 'dart:cli', 'dart:mirrors'};

void main() {
  test('nothing that a web app compiles needs dart:io, dart:ffi or dart:isolate', () {
    for (final library in ['lib/weight_sync.dart', 'lib/sync_tasks.dart', 'lib/http.dart', 'example/lib/main.dart']) {
      final reached = _reachedFrom(library, inBrowser: true);
      expect(reached.intersection(_notInBrowsers), isEmpty, reason: library);
    }
    expect(
      _reachedFrom('example/lib/main.dart', inBrowser: true),
      containsAll([
        'plugins/lib/src/plus_connectivity.dart',
        'lib/core/storage/files_web.dart',
        'lib/core/api/fetch_transport.dart',
        'dart:js_interop',
      ]),
    );
  });

  test('a phone app compiles nothing of browsers', () {
    final reached = _reachedFrom('lib/weight_sync.dart', inBrowser: false);
    expect(reached, containsAll(['lib/core/storage/files_io.dart', 'dart:io', 'dart:ffi']));
    expect(reached, isNot(contains('dart:js_interop')));
  });
}
