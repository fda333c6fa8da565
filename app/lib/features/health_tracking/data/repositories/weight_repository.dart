import '../../../../core/state/watched.dart';
import '../../domain/conflict.dart';
import '../../domain/conflict_answer.dart';
import '../../domain/server_limits.dart';
import '../../domain/weight.dart';
import '../../domain/weight_entry.dart';

/// The weights of whoever is signed in, offline first: reads are local and at once, a write is durable before it returns
/// and waits in the outbox until the server has it.
///
/// Without anybody signed in it is empty, and a write throws a [StateError].
abstract interface class WeightRepository {
  /// All entries, newest measurement first.
  Watched<List<WeightEntry>> get entries;

  /// How many edits the server does not have yet.
  Watched<int> get pendingCount;

  /// Settled conflicts that nobody has looked at, oldest first.
  Watched<List<Conflict>> get conflicts;

  /// The file in the data folder in which the data stands as it was found, when a part of it could not be read any more:
  /// then what the server has is fetched anew, and edits that it did not have may be lost. Null when nobody needs to be
  /// told of that.
  Watched<String?> get damagedCopy;

  /// What the server accepts, as it last said.
  Watched<ServerLimits> get limits;

  /// Adds a measurement. Throws [InvalidEntry] when the server would refuse it.
  Future<WeightEntry> add({required Weight weight, required DateTime timestamp});

  /// Replaces what an entry says; null leaves a part as it is. Throws [InvalidEntry] when the server would refuse it, and
  /// a [StateError] when there is no such entry.
  ///
  /// [seen] is the entry as it was on the screen when the person began: if another device's edit has arrived since, the
  /// server is told, and it becomes a conflict instead of vanishing.
  Future<void> edit(String key, {Weight? weight, DateTime? timestamp, WeightEntry? seen});

  /// Deletes an entry; nothing happens when it is not there any more. [seen] as for [edit].
  Future<void> delete(String key, {WeightEntry? seen});

  /// Brings back a deleted entry as it was.
  Future<void> restore(WeightEntry entry);

  /// Somebody has been told of [damagedCopy].
  Future<void> acknowledgeDamage();

  /// Settles a conflict and removes it from [conflicts]. The answer that changes nothing just removes it.
  Future<void> answer(Conflict conflict, ConflictAnswer answer);
}
