import 'dart:async';
import 'dart:convert';

import '../state/one_at_a_time.dart';
import 'journal.dart';
import 'storage_failure.dart';
import 'table.dart';

/// Durable tables. They are held in memory; each [change] appends one line to a [Journal], a patch of the rows it
/// touched, or replaces all lines, and is therefore atomic. Data written by a later version that this one cannot read is
/// kept.
final class Database {
  Database._(this._tables);

  final Map<String, Table<Object>> _tables;
  final _unknown = <String, Table<Object>>{};
  final _unread = <String>[];
  late final Journal _journal;
  final _queue = OneAtATime();
  bool _isClosed = false;

  /// How many patches beyond one dump of all rows the journal may hold before it is rewritten.
  static const _maxExtraLines = 2000;
  static const _rowsPerLine = 200;
  static const _mostInPatch = 1000;

  /// Opens the journal at [path] and fills [tables]. If lines are damaged, copies the file aside and calls [onDamage]
  /// with the copy's name; it may change the tables.
  static Future<Database> open(String path, List<Table<Object>> tables, {void Function(String copy)? onDamage}) async {
    final database = Database._({for (final table in tables) table.name: table});
    database._journal = await Journal.open(path, database._loadLine);
    if (database._journal.isDamaged) await database._repair(onDamage);
    return database;
  }

  /// If the device has no space now, the damaged lines stay and the next opening tries again.
  Future<void> _repair(void Function(String copy)? onDamage) async {
    try {
      onDamage?.call(await _journal.copyAside());
      await _journal.replace(_dump());
      for (final table in _tables.values) {
        table.settle();
      }
    } on StorageFailure {
      // The readable lines have been loaded.
    }
  }

  void _loadLine(String line) {
    final Map<String, Map<String, Object?>> patches;
    try {
      patches = (jsonDecode(line) as Map<String, Object?>).map(
        (name, patch) => MapEntry(name, patch! as Map<String, Object?>),
      );
    } on Object {
      _unread.add(line);
      return;
    }
    patches.forEach((name, patch) => (_tables[name] ?? (_unknown[name] ??= _opaqueTable(name))).load(patch));
  }

  static Table<Object> _opaqueTable(String name) =>
      Table<Object>(name, encode: (row) => row, decode: (_, json) => json!);

  /// Runs [edit], which may change the tables, and returns when the changes are on disk. If it or storing fails, reverts
  /// the tables; throws a `StorageFailure` if they cannot be stored. A long [edit] may work in slices: other changes wait
  /// for it. It must not call [change] itself.
  Future<T> change<T>(FutureOr<T> Function() edit) => _queue.run(() async {
    if (_isClosed) throw StateError('the database is closed');
    try {
      final result = await edit();
      await _store();
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

  /// Appends the changed rows as one line. If they are many, rewrites the journal, so that every line is short enough to
  /// be read within a slice.
  Future<void> _store() async {
    final changed = _tables.values.where((table) => table.changeCount > 0);
    final count = changed.fold(0, (sum, table) => sum + table.changeCount);
    if (count == 0) return;
    if (count > _mostInPatch && !_journal.isDamaged) return _journal.replace(_dump());
    await _journal.append(jsonEncode({for (final table in changed) table.name: Map.fromEntries(table.changes)}));
  }

  /// Rewrites the journal if it has grown long compared to its content, or [always].
  Future<void> compact({bool always = false}) => _queue.run(() async {
    // Damaged lines are kept until they can be copied aside.
    if (_isClosed || _journal.isDamaged) return;
    final rows = _tables.values.fold(0, (sum, table) => sum + table.length);
    if (!always && _journal.lineCount < rows ~/ _rowsPerLine + _maxExtraLines) return;
    await _journal.replace(_dump());
  });

  Iterable<String> _dump() sync* {
    yield* _unread;
    for (final table in _tables.values.followedBy(_unknown.values)) {
      var patch = <String, Object?>{};
      for (final MapEntry(:key, :value) in table.encoded) {
        patch[key] = value;
        if (patch.length < _rowsPerLine) continue;
        yield jsonEncode({table.name: patch});
        patch = {};
      }
      if (patch.isNotEmpty) yield jsonEncode({table.name: patch});
    }
  }

  /// Waits for the change in progress and rejects later ones.
  Future<void> close() => _queue.run(() async {
    if (_isClosed) return;
    _isClosed = true;
    await _journal.close();
  });
}
