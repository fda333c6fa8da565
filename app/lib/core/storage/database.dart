import 'dart:convert';

import '../state/one_at_a_time.dart';
import 'journal.dart';
import 'storage_failure.dart';
import 'table.dart';

/// Tables that survive. All of them are in memory; each [change] is one line of a [Journal], a patch of the rows it
/// touched, so that it is there wholly or not at all. What a later version of the app has written, and this one does not
/// know, stays in the journal.
final class Database {
  Database._(this._tables);

  final Map<String, Table<Object>> _tables;
  final _unknown = <String, Table<Object>>{};
  final _unread = <String>[];
  late final Journal _journal;
  final _turns = OneAtATime();
  bool _isClosed = false;

  /// Patches beyond the rows there are, before the journal is written anew.
  static const _slack = 2000;
  static const _rowsInALine = 200;

  /// Opens the journal at [path] and fills [tables]. When lines of it were damaged the file is copied aside, and [onDamage]
  /// may change the tables, told the copy's name.
  static Future<Database> open(String path, List<Table<Object>> tables, {void Function(String copy)? onDamage}) async {
    final database = Database._({for (final table in tables) table.name: table});
    database._journal = await Journal.open(path, database._load);
    if (database._journal.isDamaged) await database._mend(onDamage);
    return database;
  }

  /// Where the device has no room for it now, the damaged lines stay where they are, and the next opening tries again.
  Future<void> _mend(void Function(String copy)? onDamage) async {
    try {
      onDamage?.call(await _journal.copyAside());
      await _journal.replace(_dump());
      for (final table in _tables.values) {
        table.settle();
      }
    } on StorageFailure {
      // What could be read is in the tables.
    }
  }

  void _load(String line) {
    final Map<String, Map<String, Object?>> patches;
    try {
      patches = (jsonDecode(line) as Map<String, Object?>).map(
        (name, patch) => MapEntry(name, patch! as Map<String, Object?>),
      );
    } on Object {
      _unread.add(line);
      return;
    }
    patches.forEach((name, patch) => (_tables[name] ?? (_unknown[name] ??= _verbatim(name))).load(patch));
  }

  static Table<Object> _verbatim(String name) => Table<Object>(name, encode: (row) => row, decode: (_, json) => json!);

  /// Runs [edit], which may change the tables but not wait, and returns when the changes are on the disk. When they
  /// cannot be stored the tables are as before, and it throws a `StorageFailure`.
  Future<T> change<T>(T Function() edit) => _turns.run(() async {
    if (_isClosed) throw StateError('the database is closed');
    try {
      final result = edit();
      final patch = {
        for (final table in _tables.values)
          if (table.changes case final changes when changes.isNotEmpty) table.name: changes,
      };
      if (patch.isNotEmpty) await _journal.append(jsonEncode(patch));
      for (final table in _tables.values) {
        table.settle();
      }
      return result;
    } on Object {
      for (final table in _tables.values) {
        table.revert();
      }
      rethrow;
    }
  });

  /// Writes the journal anew when it has grown long for what it holds, or [always].
  Future<void> compact({bool always = false}) => _turns.run(() async {
    final rows = _tables.values.fold(0, (sum, table) => sum + table.length);
    if (_isClosed || (!always && _journal.lineCount < rows ~/ _rowsInALine + _slack)) return;
    await _journal.replace(_dump());
  });

  Iterable<String> _dump() sync* {
    yield* _unread;
    for (final table in _tables.values.followedBy(_unknown.values)) {
      var patch = <String, Object?>{};
      for (final MapEntry(:key, :value) in table.encoded) {
        patch[key] = value;
        if (patch.length < _rowsInALine) continue;
        yield jsonEncode({table.name: patch});
        patch = {};
      }
      if (patch.isNotEmpty) yield jsonEncode({table.name: patch});
    }
  }

  /// Waits for the change under way, then lets no other in.
  Future<void> close() => _turns.run(() async {
    if (_isClosed) return;
    _isClosed = true;
    await _journal.close();
  });
}
