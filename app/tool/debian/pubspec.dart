// Reads pubspec.yaml files.
import 'dart:io';

import 'failure.dart';

/// Parses the subset of YAML that a pubspec uses: nested maps, lists, scalars.
dynamic parseYaml(String text) {
  final lines = <(int, String)>[];
  for (var line in text.split('\n')) {
    line = line.replaceFirst(RegExp(r'(^|\s)#.*$'), '').trimRight();
    if (line.trim().isEmpty || line == '---') continue;
    lines.add((line.length - line.trimLeft().length, line.trimLeft()));
  }
  dynamic scalar(String s) {
    if (s == '{}') return <String, dynamic>{};
    if (s == '[]') return <dynamic>[];
    final quoted = RegExp(r'''^(['"])(.*)\1$''').firstMatch(s);
    return quoted != null ? quoted[2] : s;
  }

  var at = 0;
  dynamic block(int indent) {
    if (lines[at].$2.startsWith('- ') || lines[at].$2 == '-') {
      final list = <dynamic>[];
      while (at < lines.length && lines[at].$1 == indent && lines[at].$2.startsWith('-')) {
        final rest = lines[at].$2.substring(1).trimLeft();
        if (rest.isEmpty) {
          at++;
          list.add(block(lines[at].$1));
        } else if (RegExp(r'^[\w$-]+:(\s|$)').hasMatch(rest)) {
          final inner = indent + lines[at].$2.length - rest.length;
          lines[at] = (inner, rest);
          list.add(block(inner));
        } else {
          list.add(scalar(rest));
          at++;
        }
      }
      return list;
    }
    final pair = RegExp(r'''^['"]?([^'":]+)['"]?:(?:\s+(.*))?$''');
    if (!pair.hasMatch(lines[at].$2)) {
      final text = <String>[]; // a multi-line scalar
      while (at < lines.length && lines[at].$1 >= indent) {
        text.add(lines[at++].$2);
      }
      return scalar(text.join(' '));
    }
    final map = <String, dynamic>{};
    while (at < lines.length && lines[at].$1 == indent) {
      final m = pair.firstMatch(lines[at].$2);
      if (m == null) die('cannot read this pubspec line: ${lines[at].$2}');
      at++;
      final value = m[2] ?? '';
      if (value.isEmpty) {
        final deeper =
            at < lines.length && (lines[at].$1 > indent || lines[at].$1 == indent && lines[at].$2.startsWith('- '));
        map[m[1]!] = deeper ? block(lines[at].$1) : null;
      } else {
        map[m[1]!] = scalar(value);
        while (at < lines.length && lines[at].$1 > indent) {
          at++; // the rest of a multi-line scalar is not needed
        }
      }
    }
    return map;
  }

  return lines.isEmpty ? <String, dynamic>{} : block(lines[0].$1);
}

Map<String, dynamic> pubspecOf(String dir) {
  final file = File('$dir/pubspec.yaml');
  if (!file.existsSync()) die('no pubspec.yaml in $dir');
  return parseYaml(file.readAsStringSync()) as Map<String, dynamic>;
}

String languageVersion(Map<String, dynamic> pubspec) {
  final sdk = (pubspec['environment'] as Map?)?['sdk'] as String? ?? '';
  return RegExp(r'(\d+\.\d+)').firstMatch(sdk)?[1] ?? '3.0';
}
