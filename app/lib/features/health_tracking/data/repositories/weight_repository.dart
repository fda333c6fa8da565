import '../../../../core/state/watched.dart';
import '../../domain/adoption_offer.dart';
import '../../domain/conflict_answer.dart';
import '../../domain/import_result.dart';
import '../../domain/measurement.dart';
import '../../domain/server_limits.dart';
import '../../domain/weight.dart';
import '../../domain/weight_conflict.dart';
import '../../domain/weight_entry.dart';

/// The signed-in user's weights, offline first: reads are local and immediate; a write is durable before it returns and
/// waits in the outbox until the server has it. While nobody is signed in, these are the weights that are recorded on this
/// device without an account.
abstract interface class WeightRepository {
  /// All entries, newest measurement first. A change brings a new list; one that was read stays as it was.
  Watched<List<WeightEntry>> get entries;

  /// Number of entries with edits that the server does not have yet.
  Watched<int> get pendingCount;

  /// Settled conflicts that the user has not answered, oldest first.
  Watched<List<WeightConflict>> get conflicts;

  /// Set if part of the local data was damaged: the name of a copy of the damaged file in the data folder. The server's
  /// entries are fetched again, but edits that were never sent may be lost. Null if there was no damage, or after
  /// [acknowledgeDamage].
  Watched<String?> get damagedCopy;

  /// How many entries the server had lost, although it had acknowledged them, and gets again from this device; until
  /// [acknowledgeLoss].
  Watched<int> get lostByServer;

  /// Weights that were recorded without the signed-in user's account, and can be added to it; null if there are none.
  Watched<AdoptionOffer?> get adoption;

  /// Accepts [adoption]: adds the weights to the account, except those that it has. They are added once, whatever
  /// interrupts this.
  Future<void> adopt();

  /// Declines [adoption]: the weights stay on this device and are shown while nobody is signed in. [adopt] still adds
  /// them.
  Future<void> keepApart();

  /// The server's limits, as last fetched.
  Watched<ServerLimits> get limits;

  /// Adds a measurement. Throws [InvalidEntry] if the server would refuse it.
  Future<WeightEntry> add({required Weight weight, required DateTime timestamp});

  /// Adds many measurements with one write to disk, all or none. Throws [InvalidEntry] if the server would refuse one.
  Future<void> addAll(Iterable<Measurement> measurements);

  /// All entries as JSON, in the server's export format without the user (docs/PROTOCOL.md, "Export").
  Future<String> exportJson();

  /// Adds the entries of an export, of this app or of the server, that are not there: neither the same entry, whatever
  /// was edited since, nor one with the same time and weight. Deleted entries come back. Throws a [FormatException] if
  /// [text] is not an export.
  Future<ImportResult> importJson(String text);

  /// Changes an entry; null leaves a value as it is. Throws [InvalidEntry] if the server would refuse it, and a
  /// [StateError] if there is no entry [key].
  ///
  /// [seen] is the entry as the form showed it. If an edit by another device has arrived since, the overwritten version
  /// becomes a conflict instead of being lost.
  Future<void> edit(String key, {Weight? weight, DateTime? timestamp, WeightEntry? seen});

  /// Deletes an entry; does nothing if it no longer exists. [seen] as for [edit].
  Future<void> delete(String key, {WeightEntry? seen});

  /// Restores a deleted entry as it was. Throws a [StateError] if it is not one of this user's.
  Future<void> restore(WeightEntry entry);

  /// Sets [lostByServer] to zero after the user has seen the notice.
  Future<void> acknowledgeLoss();

  /// Clears [damagedCopy] after the user has seen the notice.
  Future<void> acknowledgeDamage();

  /// Settles a conflict and removes it from [conflicts]. The answer that agrees with the current version changes
  /// nothing else.
  Future<void> answer(WeightConflict conflict, ConflictAnswer answer);
}
