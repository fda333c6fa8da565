import 'dart:io';

import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

/// The calls of README.md; compiled but never run.
Future<void> asTheReadmeSays(String idToken, GoogleIdTokens tokens, WeightSyncUser user) async {
  final how = await WeightSync.syncInBackground(server: Uri.parse('https://weights.example.org'));
  stdout.writeln(how);
  WidgetsFlutterBinding.ensureInitialized();
  final app = await WeightSync.open(server: Uri.parse('https://weights.example.org'));
  final WeightEntry seen = app.weights.entries.value.first;
  final added = await app.weights.add(weight: seen.weight, timestamp: seen.timestamp);
  await app.weights.addAll([(weight: seen.weight, timestamp: seen.timestamp)]);
  await app.weights.importJson(await app.weights.exportJson());
  await app.weights.edit(added.key, seen: seen);
  await app.weights.delete(added.key, seen: seen);
  await app.weights.restore(seen);
  await app.weights.answer(app.weights.conflicts.value.first, ConflictAnswer.keepMine);
  await app.authentication.signIn(email: '', password: '');
  await app.authentication.register(email: '', password: '');
  await app.authentication.signInWithGoogle(idToken);
  if (app.weights.adoption.value?.needsAnswer ?? false) await app.weights.adopt();
  for (final device in await app.authentication.devices.list()) {
    if (!device.isThis) await app.authentication.devices.signOut(device);
  }
  await app.weights.keepApart();
  await app.authentication.signOut(data: DataOnDevice.keep);
  WeightSyncApp(screens: WeightScreens.of(app, google: tokens));
  final watched = [
    app.weights.entries.stream,
    app.authentication.state,
    app.sync.status,
    app.preferences.unit,
    app.weights.limits,
    app.weights.lostByServer,
  ];
  stdout.writeln(watched);
  await app.sync.syncNow();
  app.sync.report();
  if (app.sync.pending.value == 0) await app.eraseData(user);
}

ThemeData appTheme(ColorScheme colors) => ThemeData(
  colorScheme: colors,
  extensions: [WeightSyncTheme.from(colors).copyWith(chartLine: Colors.pink, chartHeight: 240)],
);

void main() {
  test('every call in the README compiles', () {
    // The first is compiled here, the second run by plugins/test/tutorial_test.dart.
    final source = [
      for (final file in ['test/readme_test.dart', 'plugins/test/support/tutorial.dart']) File(file).readAsStringSync(),
    ].join();
    final readme = File('README.md').readAsStringSync();
    final blocks = RegExp(r'```dart\n(.*?)```', dotAll: true).allMatches(readme).map((block) => block.group(1)!.trim());
    final spans = RegExp('`(app\\.[^`]+)`').allMatches(readme).map((span) => span.group(1)!);
    expect(blocks.length, greaterThan(6));
    expect(spans.length, greaterThan(8));
    String unindented(String text) => text.split('\n').map((line) => line.trim()).join('\n');
    for (final shown in [...blocks, ...spans]) {
      expect(unindented(source), contains(unindented(shown)), reason: 'in README.md, not compiled: $shown');
    }
  });

  test('the files that the tutorial names for each platform exist and hold what it says', () {
    final rows = RegExp(
      r'^\|[^|]*\| (`[^|]*`) \| ([^|]+) \|$',
      multiLine: true,
    ).allMatches(File('README.md').readAsStringSync().split('## The rest of the interface').first);
    expect(rows.length, greaterThan(5));
    for (final row in rows) {
      final files = [
        for (final name in RegExp('`([^`]+)`').allMatches(row.group(1)!))
          ...Directory('example').listSync(recursive: true).whereType<File>().where((file) {
            final pattern = RegExp.escape('example/${name.group(1)!}').replaceAll(r'\*', '[^/]*');
            return RegExp('^$pattern${pattern.endsWith('/') ? '' : r'$'}').hasMatch(file.path);
          }),
      ];
      expect(files, isNotEmpty, reason: row.group(0));
      final text = files.map((file) => file.readAsStringSync()).join();
      for (final key in RegExp('`([^`]+)`').allMatches(row.group(2)!)) {
        expect(text, contains(key.group(1)), reason: row.group(0));
      }
    }
  });
}
