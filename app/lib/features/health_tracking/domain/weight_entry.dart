import 'package:collection/collection.dart';
import 'package:meta/meta.dart';

import '../../../core/api/field_problem.dart';
import 'entry_mark.dart';
import 'weight.dart';

/// A measurement in the list.
@immutable
final class WeightEntry {
  /// An entry of the list.
  const WeightEntry({
    required this.key,
    required this.weight,
    required this.timestamp,
    required this.editedAt,
    this.base,
    this.mark = EntryMark.synced,
    this.problems = const [],
  });

  /// This device's key for the entry; stable as long as the entry is listed.
  final String key;

  /// The measured weight.
  final Weight weight;

  /// When it was measured, in UTC.
  final DateTime timestamp;

  /// When the user last changed it, in UTC, by the clock of the device they used.
  final DateTime editedAt;

  /// The server's stamp of this version, or of the version that a waiting edit is based on; null if the server has not
  /// seen the entry.
  final DateTime? base;

  /// The sync state.
  final EntryMark mark;

  /// Why the server refused it; empty unless [mark] is [EntryMark.refused].
  final List<FieldProblem> problems;

  static const _problems = ListEquality<FieldProblem>();

  @override
  bool operator ==(Object other) =>
      other is WeightEntry &&
      other.key == key &&
      other.weight == weight &&
      other.timestamp == timestamp &&
      other.editedAt == editedAt &&
      other.base == base &&
      other.mark == mark &&
      _problems.equals(other.problems, problems);

  @override
  int get hashCode => Object.hash(key, weight, timestamp, editedAt, mark);
}
