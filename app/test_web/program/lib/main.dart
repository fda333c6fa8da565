import 'dart:convert';

import 'package:weight_sync/composition/weight_sync.dart';
import 'package:weight_sync/core/api/fetch_transport.dart';
import 'package:weight_sync/core/auth/authentication_state.dart';
import 'package:weight_sync/core/storage/files.dart';
import 'package:weight_sync/core/storage/folder_in_use.dart';
import 'package:weight_sync/core/storage/journal.dart';
import 'package:weight_sync/features/health_tracking/domain/weight.dart';
import 'package:weight_sync/features/health_tracking/domain/weight_unit.dart';

/// Runs the step that the address of the page names, and reports what it saw to browser_test.dart.
Future<void> main() async {
  Object? seen;
  try {
    seen = switch (Uri.base.queryParameters['step']) {
      'weigh' => await _weigh(),
      'come_back' => await _comeBack(),
      'sign_out' => await _signOut(),
      'journal' => await _journal(),
      final other => throw ArgumentError(other),
    };
  } on Object catch (thrown, trace) {
    seen = '$thrown\n$trace';
  }
  await _post('/report', seen);
}

Future<void> _post(String path, Object? body) => FetchTransport().send(
  'POST',
  Uri.base.resolve(path),
  headers: {'content-type': 'application/json'},
  body: utf8.encode(jsonEncode(body)),
  limit: const Duration(minutes: 1),
);

Future<WeightSync> _open() => WeightSync.open(server: Uri.base.resolve('/'), waitFor: const Duration(minutes: 1));

Map<String, Object?> _state(WeightSync app) => {
  'entries': [
    for (final entry in app.weights.entries.value) '${entry.timestamp.toIso8601String()} ${entry.weight.value}',
  ],
  'pending': app.weights.pendingCount.value,
  'is_signed_in': app.authentication.state.value is SignedIn,
  'report': app.sync.report(),
};

Future<void> _add(WeightSync app, int day, double kilograms) => app.weights.add(
  weight: Weight(kilograms, WeightUnit.kg),
  // The server stores microseconds.
  timestamp: DateTime.utc(2024, 1, day, 7, 0, 0, 123, 456),
);

/// Weighs without an account, registers, which adopts that weight, and weighs offline; the page is gone before anything
/// is closed.
Future<Object?> _weigh() async {
  final app = await _open();
  await _add(app, 1, 74.5);
  await app.authentication.register(email: 'web@example.org', password: 'correct horse battery');
  await app.sync.syncNow();
  final online = _state(app);
  await _post('/cut', null);
  await _add(app, 2, 74.25);
  await _add(app, 3, 74);
  await app.sync.syncNow();
  var second = 'opened';
  try {
    await WeightSync.open(server: Uri.base.resolve('/'), waitFor: Duration.zero);
  } on FolderInUse {
    second = 'in use';
  }
  return {'online': online, 'offline': _state(app), 'second': second};
}

/// Opens without a network, then sends what waited.
Future<Object?> _comeBack() async {
  final app = await _open();
  final offline = _state(app);
  await _post('/mend', null);
  await app.sync.syncNow();
  final online = _state(app);
  await app.close();
  return {'offline': offline, 'online': online};
}

/// Signs out, and opens again.
Future<Object?> _signOut() async {
  final app = await _open();
  await app.authentication.signOut();
  await app.close();
  final again = await _open();
  final after = _state(again);
  await again.close();
  return after;
}

Future<List<String>> _linesOf(String path) async {
  final lines = <String>[];
  await (await Journal.open(path, lines.add)).close();
  return lines;
}

/// The journal on rows of the database: appended, replaced, damaged, copied, erased.
Future<Object?> _journal() async {
  const path = 'a/journal';
  final journal = await Journal.open(path, (_) {});
  await journal.append('one');
  await journal.append('Äpfel');
  final appended = await _linesOf(path);
  await journal.replace(['two', 'three']);
  await journal.append('four');
  final replaced = await _linesOf(path);
  final bytes = (await files.read(path))!;
  await files.write(path, bytes..[bytes.length ~/ 2] ^= 1);
  final left = <String>[];
  final damaged = await Journal.open(path, left.add);
  final copy = await files.read('a/${await damaged.copyAside()}');
  await files.write('ab', utf8.encode('not below a'));
  await files.write('a/b/c', utf8.encode('below a'));
  await files.eraseFolder('a');
  return {
    'appended': appended,
    'replaced': replaced,
    'damaged': damaged.isDamaged,
    'left': left,
    'copied': copy?.length == bytes.length,
    'erased': [await files.read(path), await files.read('a/b/c'), (await files.read('ab'))?.length],
  };
}
