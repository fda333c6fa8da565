// Generates lib/l10n/generated from the ARB files of lib/l10n/arb. Needs only the Dart SDK.
//
//   dart tool/words.dart           writes the files
//   dart tool/words.dart --check   fails if a file would change
//
// A new language is a new file words_XX.arb: run this, and commit the result.
import 'dart:io';

import 'words/generated_words.dart';

void main(List<String> arguments) {
  final app = File.fromUri(Platform.script).parent.parent;
  final files = generateWords(Directory('${app.path}/lib/l10n/arb'));
  var isStale = false;
  for (final MapEntry(key: name, value: text) in files.entries) {
    final file = File('${app.path}/lib/l10n/generated/$name');
    if (file.existsSync() && file.readAsStringSync() == text) continue;
    isStale = true;
    if (!arguments.contains('--check')) {
      file
        ..createSync(recursive: true)
        ..writeAsStringSync(text);
    }
    stdout.writeln(file.path);
  }
  if (isStale && arguments.contains('--check')) exitCode = 1;
}
