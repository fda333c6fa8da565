import 'dart:async';
import 'dart:collection';
import 'dart:math';

import 'package:clock/clock.dart';
import 'package:path/path.dart' as path;

import '../../../../core/state/slices.dart';
import '../../../../core/storage/database.dart';
import '../../../../core/storage/files.dart';
import '../../../../core/storage/table.dart';
import '../../domain/entry_version.dart';
import '../../domain/live_totals.dart';
import '../../domain/weight_conflict.dart';
import '../../domain/weight_entry.dart';
import 'codec.dart';
import 'entry_list.dart';
import 'identity.dart';
import 'outbox_index.dart';
import 'outbox_line.dart';
import 'record.dart';

/// One user's weights on this device: the copy of the server's entries, the outbox, the conflicts and the cursor. Or what
/// is recorded without an account: an outbox that nobody sends. Every
/// change goes through [change] and is durable when it returns.
final class WeightStore {
  WeightStore._({required bool hasAccount}) : _hasAccount = hasAccount {
    outbox.onRow = (_, before, now) {
      lines.follow(before, now);
      _list.touch((now ?? before)!.key);
    };
    records.onRow = _followRecord;
    conflicts.onRow = (_, _, _) => _conflictList = null;
  }

  /// The server's entries as far as known, by entry key.
  final records = Table<Record>('records', encode: encodeRecord, decode: decodeRecord);

  /// Edits that the server has not answered, by number.
  final outbox = Table<OutboxLine>('outbox', encode: encodeLine, decode: decodeLine);

  /// Conflicts that the user has not answered, by id.
  final conflicts = Table<WeightConflict>('conflicts', encode: encodeConflict, decode: decodeConflict);

  /// The outbox by entry and in order.
  final lines = OutboxIndex();

  final bool _hasAccount;
  late final _list = EntryList(records, lines, hasAccount: _hasAccount);

  // A HashMap grows at other sizes than a table's map, so not in the same step.
  final _keysByServerId = HashMap<String, String>();
  final _keysByIdentity = HashMap<Identity, String>();
  List<WeightConflict>? _conflictList;

  final _facts = Table<Object>('facts', encode: (fact) => fact, decode: (_, json) => json!);

  late final Database _database;

  /// Called after each change.
  void Function() onChange = () {};

  /// Keys of entries that were deleted since the store was opened: an entry that was never sent leaves no other trace.
  final deletedKeys = <String>{};

  bool _isEdited = false;

  static final _random = Random.secure();

  /// Opens the store in [folder]. If it was last used with another server, the next pull is a full one: a cursor means
  /// nothing elsewhere. Unless it [hasAccount], nothing in it waits to be sent.
  static Future<WeightStore> open(String folder, {String server = '', bool hasAccount = true}) async {
    final store = WeightStore._(hasAccount: hasAccount);
    store._database = await Database.open(_journalIn(folder), [
      store.records,
      store.outbox,
      store.conflicts,
      store._facts,
    ], onDamage: store._noteDamage);
    await store._database.change(() => store._begin(server));
    await store._list.load();
    return store;
  }

  static String _journalIn(String folder) => path.join(folder, 'weights.journal');

  /// Whether there is a store in [folder].
  static Future<bool> isIn(String folder) => files.exists(_journalIn(folder));

  void _begin(String server) {
    if (_facts['device'] == null) _facts['device'] = _deviceInRecords ?? 'app-${freshKey().substring(0, 16)}';
    if (_facts['server'] == server) return;
    if (_facts['server'] != null) pullAll();
    _facts['server'] = server;
  }

  /// This device's name, recovered from the records: own entries are stored under the key that is also their origin's.
  /// If the line with the name was damaged, edits whose answer was lost must be sent again under the same name.
  String? get _deviceInRecords => [
    for (final MapEntry(:key, value: record) in records.entries)
      if (record.origin case (:final device, :final local) when device.isNotEmpty && local == key) device,
  ].firstOrNull;

  /// The next pull is a full one, to replace what the damaged lines held.
  void _noteDamage(String copy) {
    damagedCopy = copy;
    pullAll();
  }

  /// Makes the next pull a full one. If it [isCheck], entries that it lacks are not removed, but offered to the server.
  void pullAll({bool isCheck = false}) {
    cursor = null;
    isPullingAll = false;
    isChecking = isCheck;
  }

  /// A random key of 128 bits.
  static String freshKey() =>
      [for (var i = 0; i < 16; i++) _random.nextInt(256).toRadixString(16).padLeft(2, '0')].join();

  /// This installation's `device_id`, one for each user.
  String get device => _facts['device']! as String;

  /// Where the next pull continues; null for a full pull.
  String? get cursor => _facts['cursor'] as String?;
  set cursor(String? value) => _setFact('cursor', value);

  /// The epoch of the server's database that [cursor] belongs to.
  String? get epoch => _facts['epoch'] as String?;
  set epoch(String? value) => _setFact('epoch', value);

  /// The number of the current or the last full pull.
  int get pull => _facts['pull'] as int? ?? 0;
  set pull(int value) => _setFact('pull', value);

  /// Whether a full pull is in progress.
  bool get isPullingAll => _facts['pulling_all'] == true;
  set isPullingAll(bool value) => _setFact('pulling_all', value ? true : null);

  /// Whether the full pull shows what the server has lost.
  bool get isChecking => _facts['checking'] == true;
  set isChecking(bool value) => _setFact('checking', value ? true : null);

  /// The difference for which everything was pulled last.
  String? get pulledFor => _facts['pulled_for'] as String?;
  set pulledFor(String? value) => _setFact('pulled_for', value);

  /// Number and hash of the live entries that the server has acknowledged. Works in slices.
  Future<LiveTotals> countLive() async {
    final slices = Slices();
    var totals = LiveTotals.none;
    for (final record in records.rows.toList()) {
      totals += record.live;
      await slices.pause();
    }
    return totals;
  }

  /// The number of the last restore of the server.
  int get offer => _facts['offer'] as int? ?? 0;
  set offer(int value) => _setFact('offer', value);

  /// Whether entries are still to be offered to the restored server.
  bool get isOffering => _facts['offering'] == true;
  set isOffering(bool value) => _setFact('offering', value ? true : null);

  /// Whether the user's entries are all here, as far as known: a full pull has ended.
  bool get isPulled => cursor != null && !isPullingAll;

  /// The store whose entries are being added to this one; null if none.
  String? get adopting => _facts['adopting'] as String?;
  set adopting(String? value) => _setFact('adopting', value);

  /// The entries without an account that the user keeps apart; null if never.
  String? get declined => _facts['declined'] as String?;
  set declined(String? value) => _setFact('declined', value);

  /// When everything was last in sync. After a restart it may be up to an hour too early.
  DateTime? get lastSync => _lastSync ?? _storedLastSync;
  DateTime? _lastSync;

  DateTime? get _storedLastSync => switch (_facts['last_sync']) {
    final int micros => DateTime.fromMicrosecondsSinceEpoch(micros, isUtc: true),
    _ => null,
  };

  /// Notes that everything is in sync at [now]. Stores it once an hour: a sync that finds nothing new writes nothing.
  void noteSync(DateTime now) {
    _lastSync = now;
    final stored = _storedLastSync;
    if (stored != null && now.difference(stored).abs() < const Duration(hours: 1)) return;
    _setFact('last_sync', now.microsecondsSinceEpoch);
  }

  /// The name of the copy of the damaged data; null if there was no damage, or the user has acknowledged it.
  String? get damagedCopy => _facts['damaged'] as String?;
  set damagedCopy(String? value) => _setFact('damaged', value);

  /// How many entries the server had lost and was offered again, since the user has acknowledged it.
  int get lostByServer => _facts['lost'] as int? ?? 0;
  set lostByServer(int value) => _setFact('lost', value == 0 ? null : value);

  void _setFact(String name, Object? value) => value == null ? _facts.remove(name) : _facts[name] = value;

  void _followRecord(String key, Record? before, Record? now) {
    _list.touch(key);
    if (before?.serverId == now?.serverId && before?.origin == now?.origin) return;
    if (before != null && _keysByServerId[before.serverId] == key) _keysByServerId.remove(before.serverId);
    if (before != null && _keysByIdentity[before.revivedAs] == key) _keysByIdentity.remove(before.revivedAs);
    if (now == null) return;
    _keysByServerId[now.serverId] = key;
    _keysByIdentity[now.revivedAs] = key;
  }

  /// The key of the entry that the server calls [serverId]; null if it is new here.
  String? keyOf(String serverId) => _keysByServerId[serverId];

  /// The key of the entry that a device created, or created again, as [identity]; null if it is new here.
  String? keyOfIdentity(Identity? identity) => _keysByIdentity[identity];

  /// All entries, newest measurement first. The same list as long as no entry has changed.
  List<WeightEntry> listEntries() => _list.entries;

  /// The conflicts, oldest first. The same list as long as none has changed.
  List<WeightConflict> listConflicts() =>
      _conflictList ??= conflicts.rows.toList()..sort((a, b) => a.noticedAt.compareTo(b.noticedAt));

  /// The waiting edits of one entry, oldest first.
  List<OutboxLine> linesOf(String key) => lines.of(key);

  /// Number of entries with waiting edits.
  int get pendingCount => lines.entryCount + outbox.unreadKeys.length;

  /// Number of entries and edits that only a later version of the app can read.
  int get unreadCount => records.unreadKeys.length + outbox.unreadKeys.length + conflicts.unreadKeys.length;

  /// The number for the next line, greater than all in the outbox.
  int get nextNumber => outbox.unreadKeys.map(int.tryParse).nonNulls.fold(lines.lastNumber, max) + 1;

  /// Runs [edit], which changes tables and facts, in slices if it is long; durable when this returns. Throws a
  /// `StorageFailure`, and then nothing has changed.
  Future<T> change<T>(FutureOr<T> Function() edit) async {
    try {
      return await _database.change(edit);
    } finally {
      // After a failure too: rows that were taken back may have been shown meanwhile.
      await _list.load();
      onChange();
    }
  }

  /// Notes that the user made an edit.
  void noteEdit() => _isEdited = true;

  /// Whether the user made an edit since the last call.
  bool takeEdited() {
    final isEdited = _isEdited;
    _isEdited = false;
    return isEdited;
  }

  /// Stores a conflict for the user to answer.
  void report(WeightConflict conflict) => conflicts[conflict.id] = conflict;

  /// Removes deletions that are older than any server keeps them, and compacts the journal.
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

  /// Waits for the change in progress; later ones fail.
  Future<void> close() => _database.close();

  /// The version that the list shows: the last waiting edit, or the server's version.
  EntryVersion? shown(String key) => linesOf(key).lastOrNull?.version ?? records[key]?.version;
}
