import 'dart:io';

import 'package:flutter_test/flutter_test.dart';

/// The rules on imports in docs/ARCHITECTURE.md, as far as they concern the app.
void main() {
  final sources = Directory('lib').listSync(recursive: true).whereType<File>().where((f) => f.path.endsWith('.dart'));

  Iterable<String> importsOf(File file) =>
      RegExp("^import '([^']+)'", multiLine: true).allMatches(file.readAsStringSync()).map((match) => match.group(1)!);

  test('the core does not import features, and the domain imports neither HTTP nor storage nor widgets', () {
    for (final file in sources) {
      for (final import in importsOf(file)) {
        if (file.path.startsWith('lib/core/')) expect(import, isNot(contains('features/')), reason: file.path);
        if (file.path.contains('/domain/')) {
          expect(import, isNot(matches('/data/|presentation|core/(sync|storage|auth)|flutter/')), reason: file.path);
        }
        if (file.path.contains('/data/')) expect(import, isNot(contains('presentation')), reason: file.path);
      }
    }
  });

  test('only the two transports open connections', () {
    final opening = sources.where((file) => RegExp(r"openUrl|@JS\('fetch'\)").hasMatch(file.readAsStringSync()));
    expect(opening.map((file) => file.path), {'lib/core/api/io_transport.dart', 'lib/core/api/fetch_transport.dart'});
  });

  test('no file is longer than 300 lines, except generated ones', () {
    final all = [
      ...sources.where((file) => !file.path.contains('/generated/')),
      for (final folder in ['benchmark', 'example', 'plugins', 'test', 'test_e2e', 'test_web', 'tool'])
        ...Directory(folder).listSync(recursive: true).whereType<File>().where((f) => f.path.endsWith('.dart')),
    ];
    for (final file in all) {
      expect(file.readAsLinesSync().length, lessThanOrEqualTo(300), reason: file.path);
    }
  });
}
