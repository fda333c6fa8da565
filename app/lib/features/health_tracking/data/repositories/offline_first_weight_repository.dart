import 'package:clock/clock.dart';
import 'package:collection/collection.dart';

import '../../../../core/api/field_problem.dart';
import '../../../../core/state/observed.dart';
import '../../../../core/state/slices.dart';
import '../../../../core/state/watched.dart';
import '../../../../core/storage/storage_failure.dart';
import '../../domain/adoption_offer.dart';
import '../../domain/conflict_answer.dart';
import '../../domain/entry_mark.dart';
import '../../domain/entry_version.dart';
import '../../domain/import_result.dart';
import '../../domain/invalid_entry.dart';
import '../../domain/measurement.dart';
import '../../domain/server_limits.dart';
import '../../domain/weight.dart';
import '../../domain/weight_conflict.dart';
import '../../domain/weight_entry.dart';
import '../local/adoption.dart';
import '../local/exported_entry.dart';
import '../local/import_merge.dart';
import '../local/measurements.dart';
import '../local/outbox.dart';
import '../local/weight_store.dart';
import 'weight_repository.dart';

/// A [WeightRepository] over the local store of the person who uses the app. Knows nothing of the network: `WeightSyncTask` sends the
/// outbox.
final class OfflineFirstWeightRepository implements WeightRepository {
  /// Accepts entries within [limits], with times checked by the server's clock: a device whose clock is days ahead must
  /// not learn from the server that its entries are in the future.
  OfflineFirstWeightRepository({required this.limits, DateTime Function() serverNow = _now}) : _serverNow = serverNow;

  final DateTime Function() _serverNow;

  @override
  final Observed<List<WeightEntry>> entries = Observed(const [], equality: const IdentityEquality());

  @override
  final Observed<int> pendingCount = Observed(0);

  @override
  final Observed<List<WeightConflict>> conflicts = Observed(const [], equality: const IdentityEquality());

  @override
  final Observed<String?> damagedCopy = Observed(null);

  @override
  final Observed<int> lostByServer = Observed(0);

  @override
  final Observed<AdoptionOffer?> adoption = Observed(null);

  /// Increases with each edit.
  final Observed<int> edits = Observed(0);

  @override
  final Watched<ServerLimits> limits;

  WeightStore? _store;
  Adoption? _adoption;
  StorageFailure? _failure;

  /// Switches to another store, and what can be added to it; null while another is being opened, or with the [failure]
  /// that prevents it.
  void use(WeightStore? store, {Adoption? adoption, StorageFailure? failure}) {
    _store?.onChange = () {};
    _store = store;
    _adoption = adoption;
    _failure = failure;
    store?.onChange = _show;
    _show();
  }

  void _show() {
    final store = _store;
    entries.value = store?.listEntries() ?? const [];
    pendingCount.value = store?.pendingCount ?? 0;
    conflicts.value = store?.listConflicts() ?? const [];
    damagedCopy.value = store?.damagedCopy;
    lostByServer.value = store?.lostByServer ?? 0;
    adoption.value = _adoption?.offer;
    if (store?.takeEdited() ?? false) edits.value++;
  }

  WeightStore get _open {
    if (_failure case final failure?) throw failure;
    return _store ?? (throw StateError('no data is open'));
  }

  @override
  Future<void> adopt() async {
    await _adoption?.run();
    _show();
  }

  @override
  Future<void> keepApart() async => _adoption?.decline();

  /// Adds what was recorded without an account if nobody need be asked, and counts it otherwise; returns whether there
  /// is something to send.
  Future<bool> adoptUnasked() async {
    final adoption = _adoption;
    await adoption?.count();
    // Another user may have signed in meanwhile.
    if (adoption == null || !identical(adoption, _adoption)) return false;
    if (!adoption.isSilent) {
      _show();
      return false;
    }
    final addsSome = adoption.offer != null;
    await adopt();
    return addsSome;
  }

  @override
  Future<WeightEntry> add({required Weight weight, required DateTime timestamp}) async {
    final store = _open;
    final key = WeightStore.freshKey();
    final version = _validated(weight, timestamp);
    await store.change(() => store.put(key, version));
    return WeightEntry(
      key: key,
      weight: weight,
      timestamp: version.timestamp!,
      editedAt: version.editedAt,
      mark: EntryMark.pending,
    );
  }

  @override
  Future<void> addAll(Iterable<Measurement> measurements) {
    final store = _open;
    final all = measurements.toList();
    return store.change(() async {
      final slices = Slices();
      for (final (:weight, :timestamp) in all) {
        store.put(WeightStore.freshKey(), _validated(weight, timestamp));
        await slices.pause();
      }
    });
  }

  @override
  Future<String> exportJson() {
    final store = _open;
    return writeExport(
      entries.value,
      idOf: (key) => store.records[key]?.serverId ?? key,
      originOf: store.identityOf,
      now: _now(),
    );
  }

  @override
  Future<ImportResult> importJson(String text) async {
    final store = _open;
    final read = await readExport(text);
    return store.change(() async {
      final slices = Slices();
      final there = await measurementsOf(store.listEntries());
      var (added, known, refused) = (0, 0, 0);
      for (final entry in read) {
        await slices.pause();
        if (entry == null || _problemsOf(entry.measurement.weight, entry.measurement.timestamp).isNotEmpty) {
          refused++;
          continue;
        }
        final identity = identityOfImported(entry);
        final key = store.keyOfExported(entry) ?? identity.local;
        final shown = store.shown(key);
        if (!(shown?.isDeleted ?? true) || !there.add(entry.measurement)) {
          known++;
          continue;
        }
        final (:weight, :timestamp) = entry.measurement;
        final version = EntryVersion(weight: weight, timestamp: timestamp, editedAt: _nowAfter(shown));
        shown == null ? store.putAs(identity, key, version) : store.put(key, version);
        added++;
      }
      return (added: added, known: known, refused: refused);
    });
  }

  @override
  Future<void> edit(String key, {Weight? weight, DateTime? timestamp, WeightEntry? seen}) {
    final store = _open;
    return store.change(() {
      final shown = store.shown(key);
      final from = seen == null ? shown : _versionOf(seen);
      if (shown == null || from == null || from.isDeleted) throw StateError('no entry $key');
      final version = _validated(weight ?? from.weight!, timestamp ?? from.timestamp!, after: shown);
      if (version.hasContentOf(shown)) return;
      store.put(key, version, seenContent: from, seenBase: seen?.base);
    });
  }

  @override
  Future<void> delete(String key, {WeightEntry? seen}) {
    final store = _open;
    return store.change(() {
      if (store.shown(key)?.isDeleted ?? true) return;
      final version = EntryVersion.deleted(editedAt: _nowAfter(store.shown(key)));
      store
        ..put(key, version, seenContent: seen == null ? null : _versionOf(seen), seenBase: seen?.base)
        ..deletedKeys.add(key);
    });
  }

  @override
  Future<void> restore(WeightEntry entry) {
    final store = _open;
    return store.change(() {
      final shown = store.shown(entry.key);
      // The entry of another user who was signed in when it was deleted.
      if (shown == null && !store.deletedKeys.contains(entry.key)) throw StateError('no entry ${entry.key}');
      store.put(entry.key, _validated(entry.weight, entry.timestamp, after: shown));
    });
  }

  @override
  Future<void> answer(WeightConflict conflict, ConflictAnswer answer) {
    final store = _open;
    return store.change(() {
      if (store.conflicts[conflict.id] == null) return;
      store.conflicts.remove(conflict.id);
      final loser = conflict.mineWon ? conflict.theirs : conflict.mine;
      final isAsItStands = answer == (conflict.mineWon ? ConflictAnswer.keepMine : ConflictAnswer.keepTheirs);
      if (isAsItStands || loser == null) return;
      if (answer == ConflictAnswer.keepBoth || conflict.theirs == null) {
        return store.put(WeightStore.freshKey(), _asNewEdit(loser, after: null));
      }
      final version = _asNewEdit(loser, after: store.shown(conflict.entryKey));
      final winner = conflict.mineWon ? conflict.mine : conflict.theirs;
      store.put(conflict.entryKey, version, seenContent: winner, seenBase: conflict.standing);
    });
  }

  @override
  Future<void> acknowledgeDamage() {
    final store = _open;
    return store.change(() => store.damagedCopy = null);
  }

  @override
  Future<void> acknowledgeLoss() {
    final store = _open;
    return store.change(() => store.lostByServer = 0);
  }

  /// [version] as a new edit made now.
  EntryVersion _asNewEdit(EntryVersion version, {required EntryVersion? after}) => version.isDeleted
      ? EntryVersion.deleted(editedAt: _nowAfter(after))
      : EntryVersion(weight: version.weight!, timestamp: version.timestamp!, editedAt: _nowAfter(after));

  List<FieldProblem> _problemsOf(Weight weight, DateTime timestamp) =>
      limits.value.check(weight, timestamp, now: _serverNow());

  EntryVersion _validated(Weight weight, DateTime timestamp, {EntryVersion? after}) {
    final problems = _problemsOf(weight, timestamp);
    if (problems.isNotEmpty) throw InvalidEntry(problems);
    return EntryVersion(weight: weight, timestamp: timestamp.toUtc(), editedAt: _nowAfter(after));
  }

  /// The current time, but later than [seen] even if the device's clock was set back.
  static DateTime _nowAfter(EntryVersion? seen) {
    final now = _now();
    return seen == null || now.isAfter(seen.editedAt) ? now : seen.editedAt.add(const Duration(microseconds: 1));
  }

  static EntryVersion _versionOf(WeightEntry entry) =>
      EntryVersion(weight: entry.weight, timestamp: entry.timestamp, editedAt: entry.editedAt);

  static DateTime _now() => clock.now().toUtc();
}
