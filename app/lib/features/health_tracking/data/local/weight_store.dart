import 'dart:math';

import 'package:clock/clock.dart';
import 'package:path/path.dart' as path;

import '../../../../core/storage/database.dart';
import '../../../../core/storage/table.dart';
import '../../domain/conflict.dart';
import '../../domain/entry_version.dart';
import 'codec.dart';
import 'outbox_line.dart';
import 'record.dart';

/// What one user's weights are on this device: the server's copy, the outbox, the conflicts and the cursor. Every change
/// goes through [change], which is durable when it returns.
final class WeightStore {
  WeightStore._();

  /// What the server is known to hold, by entry key.
  final records = Table<Record>('records', encode: encodeRecord, decode: decodeRecord);

  /// Edits without an answer, by number.
  final outbox = Table<OutboxLine>('outbox', encode: encodeLine, decode: decodeLine);

  /// Conflicts nobody has looked at, by id.
  final conflicts = Table<Conflict>('conflicts', encode: encodeConflict, decode: decodeConflict);

  final _facts = Table<Object>('facts', encode: (fact) => fact, decode: (_, json) => json!);

  late final Database _database;

  /// Told after each change.
  void Function() onChange = () {};

  bool _isEdited = false;

  static final _random = Random.secure();

  /// Opens the store in [folder].
  static Future<WeightStore> open(String folder) async {
    final store = WeightStore._();
    store._database = await Database.open(path.join(folder, 'weights.journal'), [
      store.records,
      store.outbox,
      store.conflicts,
      store._facts,
    ], onDamage: store._noteDamage);
    if (store._facts['device'] == null) {
      final name = store._nameInRecords ?? 'app-${freshKey().substring(0, 16)}';
      await store._database.change(() => store._facts['device'] = name);
    }
    return store;
  }

  /// The name under which this installation's entries are at the server: only its own stand under their makers' keys. Where
  /// the line that held the name was damaged, an edit whose answer was lost must go out again under the same one.
  String? get _nameInRecords => [
    for (final MapEntry(:key, value: record) in records.entries)
      if (record.origin case (:final device, :final local) when device.isNotEmpty && local == key) device,
  ].firstOrNull;

  /// What the lost lines said of the server's copy is fetched anew.
  void _noteDamage(String copy) {
    damagedCopy = copy;
    cursor = null;
    isPullingAll = false;
  }

  /// A name that nobody else gives.
  static String freshKey() =>
      [for (var i = 0; i < 16; i++) _random.nextInt(256).toRadixString(16).padLeft(2, '0')].join();

  /// This installation's name towards the server, for this user.
  String get device => _facts['device']! as String;

  /// Where the next pull goes on; null for a full one.
  String? get cursor => _facts['cursor'] as String?;
  set cursor(String? value) => _setFact('cursor', value);

  /// The state of the server's database that [cursor] belongs to.
  String? get epoch => _facts['epoch'] as String?;
  set epoch(String? value) => _setFact('epoch', value);

  /// The number of the full pull under way, or the last one.
  int get pull => _facts['pull'] as int? ?? 0;
  set pull(int value) => _setFact('pull', value);

  /// Whether a full pull is under way.
  bool get isPullingAll => _facts['pulling_all'] == true;
  set isPullingAll(bool value) => _setFact('pulling_all', value ? true : null);

  /// When all was last in step.
  DateTime? get lastSync => switch (_facts['last_sync']) {
    final int micros => DateTime.fromMicrosecondsSinceEpoch(micros, isUtc: true),
    _ => null,
  };
  set lastSync(DateTime? value) => _setFact('last_sync', value?.microsecondsSinceEpoch);

  /// Where the data was put as it was found, when a part of it could not be read any more; null when nobody needs to be
  /// told of that.
  String? get damagedCopy => _facts['damaged'] as String?;
  set damagedCopy(String? value) => _setFact('damaged', value);

  void _setFact(String name, Object? value) => value == null ? _facts.remove(name) : _facts[name] = value;

  /// The edits of one entry that wait, oldest first.
  Iterable<OutboxLine> linesOf(String key) => outbox.rows.where((line) => line.key == key);

  /// Entries with edits that wait.
  int get pendingCount => {for (final line in outbox.rows) line.key}.length + outbox.unreadKeys.length;

  /// Entries and edits that a later version of the app has written, and this one cannot read.
  int get unreadCount => records.unreadKeys.length + outbox.unreadKeys.length + conflicts.unreadKeys.length;

  /// A number for the next line: larger than any before it in the outbox.
  int get nextNumber {
    final unread = outbox.unreadKeys.map(int.tryParse).nonNulls;
    return outbox.rows.map((line) => line.number).followedBy(unread).fold(0, max) + 1;
  }

  /// Changes tables and facts; on the disk when this returns. Throws a `StorageFailure`, and then nothing has changed.
  Future<T> change<T>(T Function() edit) async {
    final result = await _database.change(edit);
    onChange();
    return result;
  }

  /// A person has made an edit.
  void noteEdit() => _isEdited = true;

  /// Whether a person has made an edit since this was last asked.
  bool takeEdited() {
    final isEdited = _isEdited;
    _isEdited = false;
    return isEdited;
  }

  /// Notes a conflict, for somebody to look at.
  void report(Conflict conflict) => conflicts[conflict.id] = conflict;

  /// Forgets deletions that are older than any server keeps them, and tidies the file.
  Future<void> tidy() async {
    final old = clock.now().subtract(const Duration(days: 90));
    await _database.change(() {
      final forgotten = [
        for (final MapEntry(:key, value: record) in records.entries)
          if (record.version.isDeleted && record.updatedAt.isBefore(old) && linesOf(key).isEmpty) key,
      ];
      forgotten.forEach(records.remove);
    });
    await _database.compact();
  }

  /// Waits for the change under way; later ones fail.
  Future<void> close() => _database.close();

  /// The version a person sees: the last edit that waits, else the server's.
  EntryVersion? shown(String key) => linesOf(key).lastOrNull?.version ?? records[key]?.version;
}
