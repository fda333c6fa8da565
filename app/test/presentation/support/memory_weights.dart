import 'package:weight_sync/weight_sync.dart';

/// A repository in memory.
class MemoryWeights implements WeightRepository {
  MemoryWeights([List<WeightEntry> entries = const []]) : entries = Observed(entries);

  @override
  final Observed<List<WeightEntry>> entries;

  @override
  final Observed<int> pendingCount = Observed(0);

  @override
  final Observed<List<WeightConflict>> conflicts = Observed(const []);

  @override
  final Observed<String?> damagedCopy = Observed(null);

  @override
  Future<void> acknowledgeDamage() async {
    if (trouble case final trouble?) throw trouble;
    damagedCopy.value = null;
  }

  @override
  final Observed<int> lostByServer = Observed(0);

  @override
  Future<void> acknowledgeLoss() async {
    if (trouble case final trouble?) throw trouble;
    lostByServer.value = 0;
  }

  @override
  final Observed<ServerLimits> limits = Observed(const ServerLimits());

  @override
  final Observed<AdoptionOffer?> adoption = Observed(null);

  /// `adopt` and `keepApart`.
  final adoptions = <String>[];

  @override
  Future<void> adopt() async {
    if (trouble case final trouble?) throw trouble;
    adoptions.add('adopt');
    adoption.value = null;
  }

  @override
  Future<void> keepApart() async {
    if (trouble case final trouble?) throw trouble;
    adoptions.add('keepApart');
    adoption.value = AdoptionOffer(count: adoption.value!.count, needsAnswer: false);
  }

  final answers = <(String, ConflictAnswer)>[];

  /// Thrown by every write if set.
  Exception? trouble;

  /// Whether another user has signed in since the entries were shown.
  bool isForeign = false;

  void _put(WeightEntry entry) {
    final others = entries.value.where((other) => other.key != entry.key);
    entries.value = [...others, entry]..sort((a, b) => b.timestamp.compareTo(a.timestamp));
  }

  void _check(Weight weight, DateTime timestamp) {
    if (trouble case final trouble?) throw trouble;
    final problems = limits.value.check(weight, timestamp, now: DateTime.now());
    if (problems.isNotEmpty) throw InvalidEntry(problems);
  }

  @override
  Future<WeightEntry> add({required Weight weight, required DateTime timestamp}) async {
    _check(weight, timestamp);
    final key = 'new-${entries.value.length}';
    final entry = WeightEntry(
      key: key,
      weight: weight,
      timestamp: timestamp,
      editedAt: timestamp,
      mark: EntryMark.pending,
    );
    _put(entry);
    return entry;
  }

  @override
  Future<void> addAll(Iterable<Measurement> measurements) async {
    for (final (:weight, :timestamp) in measurements) {
      await add(weight: weight, timestamp: timestamp);
    }
  }

  @override
  Future<String> exportJson() => throw UnimplementedError();

  @override
  Future<ImportResult> importJson(String text) => throw UnimplementedError();

  @override
  Future<void> edit(String key, {Weight? weight, DateTime? timestamp, WeightEntry? seen}) async {
    final old = entries.value.firstWhere((entry) => entry.key == key);
    final moment = timestamp ?? old.timestamp;
    _check(weight ?? old.weight, moment);
    _put(WeightEntry(key: key, weight: weight ?? old.weight, timestamp: moment, editedAt: old.editedAt));
  }

  @override
  Future<void> delete(String key, {WeightEntry? seen}) async {
    if (trouble case final trouble?) throw trouble;
    entries.value = entries.value.where((entry) => entry.key != key).toList();
  }

  @override
  Future<void> restore(WeightEntry entry) async {
    if (isForeign) throw StateError('no entry ${entry.key}');
    if (trouble case final trouble?) throw trouble;
    _put(entry);
  }

  @override
  Future<void> answer(WeightConflict conflict, ConflictAnswer answer) async {
    if (trouble case final trouble?) throw trouble;
    answers.add((conflict.id, answer));
    conflicts.value = conflicts.value.where((other) => other.id != conflict.id).toList();
  }
}
